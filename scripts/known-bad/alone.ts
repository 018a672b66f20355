import { metricNamed } from '../../src/gates/catalogue';
import type { Evidence, Series, StageEvidence } from '../../src/gates/evidence-schema';
import { histogramQuantile, mergeHistograms } from '../../src/gates/measure/histogram';

/** What two usual ways of judging would have said on the very same run: the limits that were crossed, none for a pass. */
export interface Alone {
  readonly k6: readonly string[];
  readonly cloudWatch: readonly string[];
}

export function aloneOn({ stages }: Evidence): Alone {
  // A canary's clients meet two releases at once, so what they see is no judgement of this one.
  const staged = stages.filter(({ tier }) => tier === 'staging');
  return { k6: unique(staged.flatMap(k6Thresholds)), cloudWatch: unique(staged.flatMap(staticLimits)) };
}

/**
 * k6's documented example thresholds (grafana.com/docs/k6: "Thresholds", and "Add thresholds to your script" for the checks), over
 * the whole run of each script. Without a sample a threshold passes, as in k6.
 */
function k6Thresholds({ load }: StageEvidence): string[] {
  if (load === null) return [];
  const good = Object.entries(load.statuses).reduce((sum, [status, n]) => sum + (Number(status) < 400 ? n : 0), 0);
  const p95 = histogramQuantile(mergeHistograms(load.judged.map(({ latency }) => latency)), 0.95);
  return [
    ...(load.requests > 0 && (load.requests - good) / load.requests >= 0.01 ? ['http_req_failed: rate<0.01'] : []),
    ...(p95 !== null && p95 >= 200 ? ['http_req_duration: p(95)<200'] : []),
    ...(load.requests > 0 && load.checksFailed / load.requests >= 0.01 ? ['checks: rate>0.99'] : []),
  ];
}

/** A node's limit of connections (ElastiCache), the time-out and the memory of the function here. */
const NODE_CONNECTIONS = 65_000;
const TIMEOUT_MS = 3_000;
const MEMORY_MB = 512;
/** AWS's first proposal for NewConnections: so many a minute, in two of three periods. */
const NEW_PER_MINUTE = 1_000;

/**
 * The alarms of a careful team: a limit on each metric by itself, one datapoint above it is enough, a missing one is none. AWS's own
 * proposals are among them: connections a minute (above), EngineCPUUtilization at 90 %, CurrConnections well below what a node carries,
 * any failed or throttled invocation. Errors are known where the policy has them read, as in a failover; anywhere else an unhandled
 * one is a 5xx of the gateway too.
 */
function staticLimits(stage: StageEvidence): string[] {
  const above = (name: string, limit: number) =>
    seriesOf(stage, name).some(({ points }) => points.some(([, value]) => value * metricNamed(name).scale > limit));
  return [
    ...(shareAbove(stage, 'api.5xx', 'api.requests', 0.01) ? ['5xx > 1 %'] : []),
    ...(above('lambda.errors', 0) ? ['Errors > 0'] : []),
    ...(above('lambda.throttles', 0) ? ['Throttles > 0'] : []),
    ...(above('api.latencyP95', 0.8 * TIMEOUT_MS) ? ['Latency p95 > 80 % of the time-out'] : []),
    ...(above('lambda.maxMemoryUsed', 0.9 * MEMORY_MB) ? ['memory > 90 %'] : []),
    ...(above('redis.connections', 0.8 * NODE_CONNECTIONS) ? ['CurrConnections > 80 % of 65,000'] : []),
    ...(manyConnections(stage) ? ['NewConnections > 1,000 a minute'] : []),
    ...(above('redis.engineCpu', 0.9) ? ['EngineCPUUtilization > 90 %'] : []),
  ];
}

/** The alarm of 2 datapoints out of 3, on any node. */
function manyConnections(stage: StageEvidence): boolean {
  return seriesOf(stage, 'redis.newConnections').some(({ points, periodSeconds }) => {
    const over = points.map(([, value]) => (value * 60) / periodSeconds > NEW_PER_MINUTE);
    return over.some((each, i) => each && (over[i + 1] === true || over[i + 2] === true));
  });
}

function seriesOf({ series }: StageEvidence, name: string): readonly Series[] {
  return series.filter(({ metric }) => metric === name);
}

/** In some period, the alarm's own way to look: a period with hardly any request counts like another. */
function shareAbove(stage: StageEvidence, numerator: string, denominator: string, limit: number): boolean {
  const whole = new Map(seriesOf(stage, denominator).flatMap(({ points }) => points));
  return seriesOf(stage, numerator).some(({ points }) =>
    points.some(([at, value]) => value > limit * (whole.get(at) ?? Number.POSITIVE_INFINITY)),
  );
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
