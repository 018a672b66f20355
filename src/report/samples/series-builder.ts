import { metricNamed } from '../../gates/catalogue';
import { inTier } from '../../gates/catalogue/metric';
import type { Series } from '../../gates/evidence-schema';
import { identity, PERIOD_SECONDS } from './identities';
import { requestsIn, type SampleStage } from './sample-stage';

/** The control route first: it does not touch Redis and never fails in a sample. */
export const ROUTES = ['GET /health', 'GET /v1/profiles/{userId}', 'POST /v1/events/{eventId}/check-ins'] as const;

/** Seconds before the load for which the samples have metrics. */
const BEFORE = 20;
const range = (from: number, to: number, step: number) => Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);

type ValueAt = (second: number) => number | null;

/** What CloudWatch would have of a stage; a period without requests has no datapoint of what counts requests. */
export function cloudWatchSeries(stage: SampleStage, start: number): Series[] {
  const { course } = stage;
  const seconds = range(-BEFORE, stage.seconds + stage.afterSeconds, PERIOD_SECONDS);
  const counts = (second: number) => range(second, second + PERIOD_SECONDS, 1).map((each) => requestsIn(stage, each));
  const summed =
    (of: (counted: ReturnType<typeof requestsIn>) => number, share = 1): ValueAt =>
    (second) => {
      const counted = counts(second);
      return counted.every(({ requests }) => requests === 0) ? null : Math.round(share * counted.reduce((sum, each) => sum + of(each), 0));
    };
  const requests = (share?: number) => summed((counted) => counted.requests, share);
  const failed = (share?: number) => summed((counted) => counted.failed, share);
  const make = (metric: string, of: ValueAt, { node = 0, version = null as string | null } = {}): Series[] => {
    const dimensions = metricNamed(metric).dimensions(identity(stage.tier, 10), version)[node];
    const { metricName } = inTier(metricNamed(metric), identity(stage.tier, 10));
    return dimensions === undefined ? [] : [{ ...series(metric, dimensions, PERIOD_SECONDS, pointsOf(seconds, start, of)), metricName }];
  };
  const opened: ValueAt = (second) => {
    const sent = requests()(second);
    return sent === null ? null : Math.round((sent * course.newPerRequest(second)) / 2);
  };
  // In a canary half of the requests reach the new version; elsewhere the alias has one version only.
  const versions = stage.name === 'canary' ? [{ version: '7' }, { version: '6' }] : [{}];
  const half = versions.length === 1 ? 1 : 0.5;
  return [
    ...make('api.requests', requests()),
    ...make('api.5xx', failed()),
    ...make('api.latencyP95', (second) =>
      requests()(second) === null ? null : Math.max(...range(second, second + PERIOD_SECONDS, 1).map(course.p95)) - 1,
    ),
    ...versions.flatMap((of) => make('lambda.invocations', requests(half), of)),
    ...versions.flatMap((of, i) => make('lambda.errors', i === 0 ? failed(half) : summed(() => 0), of)),
    ...make(
      'lambda.throttles',
      summed(() => 0),
    ),
    ...make('lambda.concurrency', (second) => (requests()(second) === null && second >= 0 ? null : course.environments(second))),
    ...[course.primary, course.replica].flatMap((of, node) => make('redis.connections', of, { node })),
    ...[0, 1].flatMap((node) => make('redis.newConnections', opened, { node })),
    ...(stage.name === 'soak'
      ? [
          ...make('lambda.maxMemoryUsed', (second) => (requests()(second) === null ? null : 118)),
          ...[0, 1].flatMap((node) => make('redis.engineCpu', () => 2, { node })),
          ...make('runtime.openFileDescriptors', (second) => (requests()(second) === null ? null : 25)),
        ]
      : []),
    ...(stage.name === 'canary'
      ? [...make('runtime.responses', requests(half), { version: '7' }), ...make('runtime.responses5xx', failed(half), { version: '7' })]
      : []),
  ];
}

/** What k6 saw of a stage, second by second. */
export function clientSeries(stage: SampleStage, start: number): Series[] {
  const seconds = range(0, stage.seconds, 1);
  const make = (metric: string, dimensions: Record<string, string>, of: ValueAt) =>
    series(metric, dimensions, 1, pointsOf(seconds, start, of));
  return [
    ...ROUTES.flatMap((route, i) => [
      make('client.requests', { route }, (second) => share(requestsIn(stage, second).requests, i)),
      ...['client.failed', 'client.checksFailed'].map((metric) =>
        make(metric, { route }, (second) => (i === 0 ? 0 : requestsIn(stage, second).failed / 2)),
      ),
    ]),
    make('client.p95', {}, stage.course.p95),
    make('load.dropped', {}, () => 0),
  ];
}

/** What the seconds of the judged window hold of a route. */
export function judgedRequestsOf(stage: SampleStage, route: number): number {
  const seconds = range(stage.plan.judgedFromMs / 1000, stage.plan.judgedToMs / 1000, 1);
  return seconds.reduce((sum, second) => sum + share(requestsIn(stage, second).requests, route), 0);
}

function share(requests: number, route: number): number {
  const each = Math.floor(requests / ROUTES.length);
  return route === 0 ? requests - each * (ROUTES.length - 1) : each;
}

function pointsOf(seconds: readonly number[], start: number, of: ValueAt): [number, number][] {
  return seconds.flatMap((second): [number, number][] => {
    const value = of(second);
    return value === null ? [] : [[start + second * 1000, value]];
  });
}

function series(metric: string, dimensions: Readonly<Record<string, string>>, periodSeconds: number, points: [number, number][]): Series {
  const { source, namespace, metricName, statistic, sourceUnit } = metricNamed(metric);
  return {
    metric,
    source,
    namespace,
    metricName,
    statistic,
    unit: sourceUnit,
    dimensions: { ...dimensions },
    periodSeconds,
    statusCode: 'Complete',
    messages: [],
    points,
  };
}
