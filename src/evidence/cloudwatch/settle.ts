import type { Series } from '../../gates/evidence-schema';
import { type Clock, systemClock } from '../clock';
import { type ReadOutcome, readWithin } from './read';

/** A metric that must have a datapoint in a certain period before the evidence is complete. */
export interface Heartbeat {
  readonly metric: string;
  /** Start of that period, epoch milliseconds. */
  readonly periodMs: number;
  /**
   * What a release itself makes (its log, its reports) comes later than what AWS counts, and never from one that is broken:
   * it is waited for this long after the rest has settled, milliseconds, and then its silence is judged. Not set: to the deadline.
   */
  readonly patienceMs?: number;
}

export interface SettleRequest {
  /** Reads everything that the stage needs; must end soon after its signal is aborted. */
  readonly read: (signal: AbortSignal) => Promise<ReadOutcome>;
  readonly heartbeats: readonly Heartbeat[];
  readonly pollMs: number;
  /** From the first poll on, milliseconds. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

export type SettleReason = 'metrics-late' | 'query-forbidden' | 'query-error' | 'partial-data' | 'aborted';

export type Settled =
  | { readonly settled: true; readonly series: Series[] }
  | {
      readonly settled: false;
      readonly reason: SettleReason;
      readonly detail: string;
      /** What the last successful read gave; empty without one. */
      readonly series: Series[];
    };

/** Metrics that arrive with every request, and the one that the cache always has. */
const WITH_TRAFFIC = ['api.requests', 'lambda.concurrency'];
const ALWAYS = ['redis.connections'];

/** How many periods what the release makes is waited for. */
const PATIENCE = 2;

/**
 * What must have arrived for a window: traffic up to the end of the load, the cache up to the end of watching; and what should
 * have: the metrics that the release makes. Times are epoch milliseconds on period boundaries.
 */
export function heartbeatsOf(
  loadEndMs: number,
  watchEndMs: number,
  periodSeconds: number,
  madeByRelease: readonly string[] = [],
): readonly Heartbeat[] {
  const lastBefore = (endMs: number) => endMs - periodSeconds * 1000;
  const patienceMs = PATIENCE * periodSeconds * 1000;
  return [
    ...WITH_TRAFFIC.map((metric) => ({ metric, periodMs: lastBefore(loadEndMs) })),
    ...ALWAYS.map((metric) => ({ metric, periodMs: lastBefore(watchEndMs) })),
    ...madeByRelease.map((metric) => ({ metric, periodMs: lastBefore(loadEndMs), patienceMs })),
  ];
}

/**
 * Polls until every heartbeat is there and two reads in a row agree to the byte: late samples revise a period that was
 * already seen. Nothing is judged on what happens to be there when the load ends.
 */
export async function settle(request: SettleRequest): Promise<Settled> {
  const clock = request.clock ?? systemClock;
  const deadline = clock.now() + request.deadlineMs;
  const required = request.heartbeats.filter(({ patienceMs }) => patienceMs === undefined);
  let previous: Series[] | null = null;
  let restSettledAt: number | null = null;
  for (;;) {
    const outcome = await readWithin(request.read, request.signal, deadline + request.pollMs - clock.now());
    if (outcome.kind === 'aborted') return unsettled('aborted', 'The wait for metrics was stopped', previous);
    const state = outcome.kind === 'read' ? stateOf(outcome.series, previous, required) : outcome;
    if (outcome.kind === 'read') previous = outcome.series;
    const isLast = clock.now() + request.pollMs > deadline;
    if (state.kind === 'settled') {
      restSettledAt ??= clock.now();
      const until = restSettledAt + patienceFor(state.series, request.heartbeats);
      if (isLast || clock.now() >= until) return { settled: true, series: state.series };
    } else if (state.reason === 'query-forbidden') {
      // A right that is missing does not arrive by waiting.
      return unsettled(state.reason, state.detail, previous);
    } else if (isLast) return unsettled(state.reason, `${state.detail} (waited ${Math.round(request.deadlineMs / 1000)} s)`, previous);
    await clock.sleep(request.pollMs, request.signal);
  }
}

/** The longest that something that has not arrived may still be waited for, milliseconds; 0 when all is there. */
function patienceFor(series: readonly Series[], heartbeats: readonly Heartbeat[]): number {
  const late = heartbeats.filter(({ metric, periodMs }) => !hasArrived(series, metric, periodMs));
  return Math.max(0, ...late.map(({ patienceMs }) => patienceMs ?? 0));
}

function unsettled(reason: SettleReason, detail: string, series: Series[] | null): Settled {
  return { settled: false, reason, detail, series: series ?? [] };
}

type State =
  | { readonly kind: 'settled'; readonly series: Series[] }
  | { readonly kind: 'waiting'; readonly reason: SettleReason; readonly detail: string };

const REFUSALS = [
  ['Forbidden', 'query-forbidden', 'CloudWatch refuses'],
  ['InternalError', 'query-error', 'CloudWatch has an internal error for'],
  ['PartialData', 'partial-data', 'CloudWatch has only partial data for'],
] as const;

function stateOf(series: Series[], previous: Series[] | null, heartbeats: readonly Heartbeat[]): State {
  for (const [statusCode, reason, text] of REFUSALS) {
    const affected = series.filter((each) => each.statusCode === statusCode);
    if (affected.length > 0) return { kind: 'waiting', reason, detail: `${text} ${namesOf(affected)}` };
  }
  const late = heartbeats.filter(({ metric, periodMs }) => !hasArrived(series, metric, periodMs));
  if (late.length > 0) {
    const waitingFor = late.map(({ metric, periodMs }) => `${metric} at ${new Date(periodMs).toISOString()}`).join(', ');
    return { kind: 'waiting', reason: 'metrics-late', detail: `No datapoint yet for ${waitingFor}` };
  }
  if (previous === null || JSON.stringify(series) !== JSON.stringify(previous)) {
    return { kind: 'waiting', reason: 'metrics-late', detail: 'The metrics were still being revised' };
  }
  return { kind: 'settled', series };
}

/** Every series of the metric, so every cache node, must have the period. */
function hasArrived(series: readonly Series[], metric: string, periodMs: number): boolean {
  const ofMetric = series.filter((each) => each.metric === metric);
  return ofMetric.length > 0 && ofMetric.every(({ points }) => points.some(([at]) => at === periodMs));
}

function namesOf(series: readonly Series[]): string {
  return [...new Set(series.map(({ metric }) => metric))].join(', ');
}
