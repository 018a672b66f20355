import type { LoadPlan } from '../../gates/load-plan';

/**
 * How late iterations began against the plan. A generator that starves shows it here long before it drops anything.
 */

/**
 * k6 needs some 40 microseconds per VU between a scenario's start and its first arrival, so all arrivals are
 * late by the same small amount. A shift of the whole load up to this much is not starvation; beyond it, it counts.
 */
const START_TOLERANCE_MS = 200;

/** Count of iterations by their lag in whole milliseconds: a lag is compared with tens of them. */
export type LagCounts = ReadonlyMap<number, number>;

export interface LagRecord {
  /**
   * @param at epoch milliseconds at which the iteration began.
   * @param ms its lag as the script computed it: k6 does not count dropped iterations in its index.
   * @param dropped iterations dropped until then.
   */
  add(at: number, ms: number, dropped: number): void;
  /** The lags beyond this generator's common shift. */
  counts(): LagCounts;
}

/** @param generators that share the plan: of each one's dropped iterations the plan has as many times more between its own. */
export function createLagRecord(plan: LoadPlan, startAt: number, generators = 1): LagRecord {
  const counts = new Map<number, number>();
  return {
    add(at, ms, dropped) {
      const rate = rateAt(plan, at - startAt) / generators;
      const lag = Math.round(dropped > 0 && rate > 0 ? ms - (dropped * 1000) / rate : ms);
      counts.set(lag, (counts.get(lag) ?? 0) + 1);
    },
    counts() {
      const shift = [...counts.keys()].reduce((least, lag) => Math.min(least, lag), START_TOLERANCE_MS);
      return new Map([...counts].map(([lag, count]) => [lag - shift, count]));
    },
  };
}

/** p95 of the lag in milliseconds; null without a sample. */
export function lagP95(counts: LagCounts): number | null {
  const ascending = [...counts].sort(([a], [b]) => a - b);
  const rank = Math.ceil(0.95 * ascending.reduce((sum, [, count]) => sum + count, 0));
  let seen = 0;
  for (const [lag, count] of ascending) {
    seen += count;
    if (seen >= rank) return lag;
  }
  return null;
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
