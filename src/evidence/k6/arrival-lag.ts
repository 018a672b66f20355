import type { LoadPlan } from '../../gates/load-plan';

/**
 * How late iterations began against the plan. A generator that starves shows it here long before it drops anything.
 */

/**
 * k6 needs some 40 microseconds per VU between a scenario's start and its first arrival, so all arrivals are
 * late by the same small amount. A shift of the whole load up to this much is not starvation; beyond it, it counts.
 */
const START_TOLERANCE_MS = 200;

export interface LagRecord {
  /**
   * @param at epoch milliseconds at which the iteration began.
   * @param ms its lag as the script computed it: k6 does not count dropped iterations in its index.
   * @param dropped iterations dropped until then.
   */
  add(at: number, ms: number, dropped: number): void;
  /** p95 of the lag beyond the load's common shift, in milliseconds; null without a sample. */
  p95(): number | null;
}

export function createLagRecord(plan: LoadPlan, startAt: number): LagRecord {
  /** Count by whole millisecond: a lag is compared with tens of them. */
  const counts = new Map<number, number>();
  let total = 0;
  return {
    add(at, ms, dropped) {
      const rate = rateAt(plan, at - startAt);
      const lag = Math.round(dropped > 0 && rate > 0 ? ms - (dropped * 1000) / rate : ms);
      counts.set(lag, (counts.get(lag) ?? 0) + 1);
      total += 1;
    },
    p95() {
      const ascending = [...counts].sort(([a], [b]) => a - b);
      const rank = Math.ceil(0.95 * total);
      const shift = Math.min(START_TOLERANCE_MS, ascending[0]?.[0] ?? 0);
      let seen = 0;
      for (const [lag, count] of ascending) {
        seen += count;
        if (seen >= rank) return lag - shift;
      }
      return null;
    },
  };
}

/** Iterations per second that the plan asks for at `ms` after its start; the last rate beyond its end. */
export function rateAt(plan: LoadPlan, ms: number): number {
  let from = plan.startRate;
  let start = 0;
  for (const { rate, durationMs } of plan.segments) {
    if (ms < start + durationMs) return from + ((rate - from) * Math.max(0, ms - start)) / durationMs;
    from = rate;
    start += durationMs;
  }
  return from;
}
