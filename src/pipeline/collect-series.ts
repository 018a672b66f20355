import { REPORT_METRICS, RUNTIME_METRICS } from '../contract';
import { readSeries } from '../evidence/cloudwatch/read';
import { heartbeatsOf, settle } from '../evidence/cloudwatch/settle';
import { queriesFor, type SeriesQuery } from '../gates/collect';
import type { Series, TierIdentity } from '../gates/evidence-schema';
import type { Gate } from '../gates/policy/gate';
import type { ReasonCode } from '../gates/reasons';
import type { StageName } from '../gates/vocabulary';
import type { Target } from '../targets/target';
import { InterruptedError } from './errors';
import type { MetricSettings } from './settings';

/** What a stage's metrics are read for; times in epoch milliseconds on period boundaries. */
export interface CollectionRequest {
  readonly target: Target;
  readonly stage: StageName;
  readonly gates: readonly Gate[];
  readonly identity: TierIdentity;
  readonly deployedAtMs: number;
  readonly loadStartMs: number;
  readonly loadEndMs: number;
  readonly watchEndMs: number;
  /** A load that ended early sent nothing in the periods that were planned: only the cache must be there. */
  readonly completed: boolean;
  readonly settings: MetricSettings;
  readonly signal: AbortSignal;
}

export interface Collection {
  readonly series: Series[];
  readonly fault: { readonly reason: ReasonCode; readonly detail: string } | null;
}

/**
 * Environments are counted since the version was deployed, but one that was needed longer ago is gone: Lambda ends them after a
 * few hours. CloudWatch answers more data points a second for the last three hours than before.
 */
const LONGEST_MEMORY_MS = 3 * 3_600_000;
const FLOOR_PERIODS = 3;
/** Periods before the load that the evidence holds: the floor's, one that warming may disturb, one that may be late. */
export const PERIODS_BEFORE = FLOOR_PERIODS + 2;

/** Waits until a stage's metrics have settled and reads them. @throws InterruptedError when aborted. */
export async function collectSeries(request: CollectionRequest): Promise<Collection> {
  const { settings, watchEndMs } = request;
  const since = Math.max(request.deployedAtMs, request.loadStartMs - LONGEST_MEMORY_MS);
  const startMs = Math.min(since, request.loadStartMs - PERIODS_BEFORE * settings.periodMs);
  const queries = queriesFor(request.gates, request.stage, request.identity);
  const heartbeats = heartbeatsOf(request.loadEndMs, watchEndMs, settings.periodMs / 1000, madeByRelease(queries));
  const settled = await settle({
    read: (signal) =>
      readSeries({
        client: request.target.cloudWatch,
        queries,
        periodSeconds: settings.periodMs / 1000,
        window: { startMs, endMs: watchEndMs },
        signal,
      }),
    heartbeats: request.completed ? heartbeats : heartbeats.filter(({ metric }) => metric === 'redis.connections'),
    pollMs: settings.pollMs,
    deadlineMs: settings.deadlineMs,
    signal: request.signal,
  });
  if (settled.settled) return { series: settled.series, fault: null };
  if (settled.reason === 'aborted') throw new InterruptedError(settled.detail);
  return { series: settled.series, fault: { reason: settled.reason, detail: settled.detail } };
}

const OF_RELEASES: readonly string[] = [REPORT_METRICS.namespace, RUNTIME_METRICS.namespace];

/** What comes out of the release's log, in every period in which it answers. */
function madeByRelease(queries: readonly SeriesQuery[]): readonly string[] {
  const made = queries.filter(({ metric }) => OF_RELEASES.includes(metric.namespace) && metric.absent === 'unknown');
  return [...new Set(made.map(({ metric }) => metric.name))];
}
