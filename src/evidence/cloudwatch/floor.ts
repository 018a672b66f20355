import type { Series, TierIdentity } from '../../gates/evidence-schema';
import { type Floor, floorFrom } from '../../gates/measure/floor';
import { type Clock, systemClock } from '../clock';
import { type ReadOutcome, readWithin } from './read';

export interface FloorRequest {
  /** Reads the connections up to now. */
  readonly read: (signal: AbortSignal) => Promise<ReadOutcome>;
  readonly identity: TierIdentity;
  readonly periodSeconds: number;
  /** Epoch milliseconds from which periods count: when the last thing that moved connections (a deployment, a load) was done. */
  readonly sinceMs: number;
  readonly pollMs: number;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

export type FloorOutcome =
  | { readonly kind: 'settled'; readonly floor: Floor; readonly series: Series[] }
  | {
      readonly kind: 'unsettled';
      readonly reason: 'floor-not-settled' | 'query-forbidden' | 'query-error' | 'aborted';
      readonly detail: string;
      readonly floor: Floor | null;
    };

/** Waits until the connections before the load are stable: a leak is measured from there. */
export async function waitForFloor(request: FloorRequest): Promise<FloorOutcome> {
  const clock = request.clock ?? systemClock;
  const deadline = clock.now() + request.deadlineMs;
  let floor: Floor | null = null;
  for (;;) {
    const outcome = await readWithin(request.read, request.signal, deadline + request.pollMs - clock.now());
    if (outcome.kind === 'aborted') return unsettled('aborted', 'The wait for a stable floor was stopped', floor);
    const refused = refusalOf(outcome);
    if (outcome.kind === 'read' && refused === null) {
      floor = newestFloor(outcome.series, request);
      if (floor.status === 'settled') return { kind: 'settled', floor, series: outcome.series };
    }
    if (refused?.reason === 'query-forbidden') return unsettled(refused.reason, refused.detail, floor);
    if (clock.now() + request.pollMs > deadline) {
      return refused === null
        ? unsettled('floor-not-settled', sentenceOf(floor, request.deadlineMs), floor)
        : unsettled(refused.reason, refused.detail, floor);
    }
    await clock.sleep(request.pollMs, request.signal);
  }
}

/** The floor of the newest periods that every node has reported: how late they are differs by service and by day. */
function newestFloor(series: readonly Series[], { identity, periodSeconds, sinceMs }: FloorRequest): Floor {
  const periodMs = periodSeconds * 1000;
  const connections = series
    .filter(({ metric }) => metric === 'redis.connections')
    .map((each) => ({ ...each, points: each.points.filter(([at]) => at >= sinceMs) }));
  const newest = connections.map(({ points }) => points.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY);
  const before = Math.min(...newest) + periodMs;
  if (!Number.isFinite(before)) return { status: 'not-settled', value: null, values: [] };
  return floorFrom(connections, identity, before, periodMs);
}

type Unsettled = Extract<FloorOutcome, { kind: 'unsettled' }>;

function refusalOf(outcome: ReadOutcome): Pick<Unsettled, 'reason' | 'detail'> | null {
  if (outcome.kind === 'failed') return outcome;
  if (outcome.kind === 'aborted') return { reason: 'aborted', detail: 'The read was stopped' };
  const forbidden = outcome.series.some(({ statusCode }) => statusCode === 'Forbidden');
  return forbidden ? { reason: 'query-forbidden', detail: 'CloudWatch refuses redis.connections' } : null;
}

function unsettled(reason: Unsettled['reason'], detail: string, floor: Floor | null): Unsettled {
  return { kind: 'unsettled', reason, detail, floor };
}

function sentenceOf(floor: Floor | null, deadlineMs: number): string {
  const seen =
    floor === null || floor.values.length === 0 ? 'no period was seen' : `the last periods had ${floor.values.join(', ')} connections`;
  return `Connections before the load were not stable within ${Math.round(deadlineMs / 1000)} s: ${seen}`;
}
