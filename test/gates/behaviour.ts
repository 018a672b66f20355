import type { Metric } from '../../src/gates/catalogue';
import type { LoadEvidence, Series, StageEvidence } from '../../src/gates/evidence-schema';
import { type LoadPlan, plannedIterations } from '../../src/gates/load-plan';

/** The twin's period; AWS publishes once a minute. */
export const PERIOD_MS = 5000;
export const CONTROL = 'GET /health';
const OTHER_ROUTES = ['POST /v1/events/{eventId}/check-ins', 'GET /v1/profiles/{userId}'];

/** How a release behaved in one stage. The default is what a good release of two connections per environment does. */
export interface Behaviour {
  readonly environments: number;
  readonly connectionsPerEnvironment: number;
  /** Connections leaked per second of load, on the primary, up to the ceiling; they stay after the load. */
  readonly leakPerSecond: number;
  readonly leakCeiling: number;
  readonly newConnectionsPerRequest: number;
  readonly share5xx: number;
  /** Shares of requests of the Redis routes. */
  readonly clientFailed: number;
  readonly checksFailed: number;
  readonly controlFailed: number;
  readonly throttlesPerPeriod: number;
  /** p95 at the clients, ms, on all routes. */
  readonly p95: number;
  readonly controlP95: number;
  /** Seconds that latency stays twenty times higher after a plateau. */
  readonly recoverySeconds: number;
  /** Shares of the canary's new version. */
  readonly canaryErrors: number;
  /** Changes the stage's load evidence. */
  readonly load: Partial<LoadEvidence>;
  /** Last word on the whole stage. */
  readonly edit: (stage: StageEvidence) => StageEvidence;
}

export const GOOD: Behaviour = {
  environments: 4,
  connectionsPerEnvironment: 2,
  leakPerSecond: 0,
  leakCeiling: Number.POSITIVE_INFINITY,
  newConnectionsPerRequest: 0,
  share5xx: 0,
  clientFailed: 0,
  checksFailed: 0,
  controlFailed: 0,
  throttlesPerPeriod: 0,
  p95: 8,
  controlP95: 5,
  recoverySeconds: 0,
  canaryErrors: 0,
  load: {},
  edit: (stage) => stage,
};

export interface Span {
  readonly start: number;
  readonly end: number;
  readonly until: number;
  readonly plan: LoadPlan;
  readonly periodMs: number;
  /** Nobody had asked the release for anything until then: only the cache's own connections. */
  readonly coldUntil?: number;
}

export function cloudWatchSeries(metric: Metric, dimensions: Readonly<Record<string, string>>, behaviour: Behaviour, span: Span): Series {
  const points: [number, number][] = [];
  const { periodMs } = span;
  for (let at = span.start - 4 * periodMs; at < Math.max(span.until, span.end + periodMs); at += periodMs) {
    const value = valueAt(metric.name, dimensions, at, behaviour, span);
    if (value !== null) points.push([at, value]);
  }
  return {
    metric: metric.name,
    source: 'cloudwatch',
    namespace: metric.namespace,
    metricName: metric.metricName,
    statistic: metric.statistic,
    unit: metric.sourceUnit,
    dimensions: { ...dimensions },
    periodSeconds: periodMs / 1000,
    statusCode: 'Complete',
    messages: [],
    points,
  };
}

function valueAt(name: string, dimensions: Readonly<Record<string, string>>, at: number, b: Behaviour, span: Span): number | null {
  const requests = Math.round(plannedIterations(span.plan, at - span.start, at - span.start + span.periodMs));
  const primary = dimensions['CacheClusterId'] === 'cache-001';
  const half = Math.round(requests / 2);
  const fresh = dimensions['ExecutedVersion'] === '2';
  switch (name) {
    case 'redis.connections':
      if (at + span.periodMs <= (span.coldUntil ?? 0)) return 1;
      return 1 + (b.environments * b.connectionsPerEnvironment) / 2 + (primary ? leaked(at, b, span) : 0);
    case 'redis.newConnections':
      return primary ? Math.round(requests * b.newConnectionsPerRequest) : 0;
    case 'lambda.concurrency':
      return requests > 0 ? b.environments : null;
    case 'lambda.invocations':
      return requests === 0 ? null : dimensions['ExecutedVersion'] === undefined ? requests : half;
    case 'lambda.errors':
      return requests === 0 ? null : fresh ? Math.round(half * b.canaryErrors) : 0;
    case 'runtime.responses':
      return requests === 0 ? null : half;
    case 'lambda.throttles':
      return requests === 0 ? null : b.throttlesPerPeriod;
    case 'api.requests':
      return requests === 0 ? null : requests;
    case 'api.5xx':
      return requests === 0 || b.share5xx === 0 ? null : Math.round(requests * b.share5xx);
    case 'api.latencyP95':
    case 'lambda.durationP95':
      return requests === 0 ? null : b.p95;
    case 'lambda.maxMemoryUsed':
      return requests === 0 ? null : 120;
    case 'runtime.openFileDescriptors':
      return requests === 0 ? null : 25;
    case 'redis.engineCpu':
      return 2;
    default:
      return null;
  }
}

/** Connections leaked by the end of a period: CurrConnections is its highest value. */
function leaked(at: number, { leakPerSecond, leakCeiling }: Behaviour, { start, end, periodMs }: Span): number {
  const seconds = Math.max(0, Math.min(at + periodMs, end) - start) / 1000;
  return Math.min(leakCeiling, Math.floor(leakPerSecond * seconds));
}

export function loadOf(b: Behaviour, plan: LoadPlan): LoadEvidence {
  const iterations = Math.round(plannedIterations(plan));
  const inWindow = Math.round(plannedIterations(plan, plan.judgedFromMs, plan.judgedToMs));
  const seconds = (plan.judgedToMs - plan.judgedFromMs) / 1000;
  const routes = [CONTROL, ...OTHER_ROUTES];
  const judged = routes.map((route, i) => {
    const requests = Math.floor(inWindow / routes.length) + (i < inWindow % routes.length ? 1 : 0);
    const control = route === CONTROL;
    return {
      route,
      requests,
      failed: Math.round(requests * (control ? b.controlFailed : b.clientFailed)),
      checksFailed: control ? 0 : Math.round(requests * b.checksFailed),
      checked: requests,
      latency: [[control ? b.controlP95 : b.p95, requests] as [number, number]],
    };
  });
  const sum = (of: (route: (typeof judged)[number]) => number) => judged.reduce((total, route) => total + of(route), 0);
  return {
    outcome: 'completed',
    exitCode: 0,
    detail: null,
    k6Version: '2.2.0',
    iterations,
    requests: iterations,
    answered: iterations,
    failed: sum(({ failed }) => failed),
    checksFailed: sum(({ checksFailed }) => checksFailed),
    dropped: 0,
    statuses: statusesOf(
      iterations,
      sum(({ failed }) => failed),
    ),
    plannedIterations: plannedIterations(plan),
    plannedRate: inWindow / seconds,
    achievedRate: inWindow / seconds,
    arrivalLagP95Ms: 2,
    cpuPressure: 30,
    thresholdsFailed: [],
    summary: { iterations, requests: iterations, dropped: 0 },
    judged,
  };
}

/** Every request was answered, the failed ones with a 503. */
export function statusesOf(requests: number, failed: number): LoadEvidence['statuses'] {
  return { '200': requests - failed, '503': failed };
}

/** k6's series by the second, one per route: in the judged window they hold what the load's own counts hold, outside it the rest of its requests. */
export function clientSeries(b: Behaviour, { judged, dropped, requests: sent }: LoadEvidence, { start, end, plan }: Span): Series[] {
  const series = (
    metric: string,
    metricName: string,
    statistic: string,
    unit: string,
    route: string | null,
    value: (at: number) => number,
  ) => {
    const points: [number, number][] = [];
    for (let at = start; at < end; at += 1000) points.push([at, value(at)]);
    const dimensions: Series['dimensions'] = route === null ? {} : { route };
    const shared = { source: 'k6' as const, namespace: 'k6', dimensions, periodSeconds: 1, statusCode: 'Complete' as const, messages: [] };
    return { ...shared, metric, metricName, statistic, unit, points };
  };
  const plateauEnd = plan.plateau === null ? Number.POSITIVE_INFINITY : start + plan.plateau.toMs;
  const p95 = (at: number) => (at >= plateauEnd && at < plateauEnd + b.recoverySeconds * 1000 ? b.p95 * 20 : b.p95);
  const planned = (toMs: number) => plannedIterations(plan, plan.judgedFromMs, Math.min(toMs, plan.judgedToMs));
  const until = (total: number, toMs: number) => Math.round((total * planned(toMs)) / planned(plan.judgedToMs));
  const spread = (total: number) => (at: number) => until(total, at - start + 1000) - until(total, at - start);
  const outside = plannedIterations(plan) - planned(plan.judgedToMs);
  const rest = outside > 0 ? Math.max(0, sent - judged.reduce((sum, { requests }) => sum + requests, 0)) : 0;
  const outsideUntil = (toMs: number) => Math.round((rest * (plannedIterations(plan, 0, toMs) - planned(toMs))) / outside);
  const besides = (at: number) => (rest === 0 ? 0 : outsideUntil(at - start + 1000) - outsideUntil(at - start));
  return [
    ...judged.flatMap(({ route, requests, failed, checksFailed }, i) => [
      series('client.requests', 'http_reqs', 'Sum', 'Count', route, (at) => spread(requests)(at) + (i === 0 ? besides(at) : 0)),
      series('client.failed', 'http_req_failed', 'Sum', 'Count', route, spread(failed)),
      series('client.checksFailed', 'checks', 'Sum', 'Count', route, spread(checksFailed)),
      series('client.p95', 'http_req_duration', 'p95', 'Milliseconds', route, p95),
    ]),
    series('client.p95', 'http_req_duration', 'p95', 'Milliseconds', null, p95),
    series('load.dropped', 'dropped_iterations', 'Sum', 'Count', null, (at) => (at === start ? dropped : 0)),
  ];
}
