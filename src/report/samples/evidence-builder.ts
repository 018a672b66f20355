import { metricNamed } from '../../gates/catalogue';
import type { Series, StageEvidence } from '../../gates/evidence-schema';
import { type LoadPlan, plannedIterations } from '../../gates/load-plan';
import type { StageName, Tier } from '../../gates/vocabulary';
import type { Course } from './courses';
import { identity, PERIOD_SECONDS, START } from './identities';

export interface SampleStage {
  readonly name: StageName;
  readonly tier: Tier;
  /** Seconds from the start of the run to the first arrival. */
  readonly startsAt: number;
  readonly plan: LoadPlan;
  readonly seconds: number;
  readonly afterSeconds: number;
  readonly course: Course;
}

const ROUTES = ['GET /health', 'GET /v1/profiles/{userId}', 'POST /v1/events/{eventId}/check-ins'] as const;
const iso = (ms: number) => new Date(ms).toISOString();
const range = (from: number, to: number, step: number) => Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);

/** Evidence of one stage, computed from its course. */
export function sampleEvidence(stage: SampleStage): StageEvidence {
  const start = START + stage.startsAt * 1000;
  const end = start + stage.seconds * 1000;
  return {
    name: stage.name,
    tier: stage.tier,
    attempt: 1,
    identity: identity(stage.tier, stage.name === 'spike' ? 20 : 10),
    periodSeconds: PERIOD_SECONDS,
    deployedAt: iso(START - 20_000),
    plan: stage.plan,
    window: { start: iso(start), end: iso(end) },
    judged: { start: iso(start + stage.plan.judgedFromMs), end: iso(start + stage.plan.judgedToMs) },
    after: stage.afterSeconds === 0 ? null : { start: iso(end), end: iso(end + stage.afterSeconds * 1000) },
    load: sampleLoad(stage),
    series: [...cloudWatchSeries(stage, start), ...clientSeries(stage, start)],
    fault: null,
  };
}

/** What k6 counted in the judged window. */
export function judgedRequests({ course, plan }: SampleStage): { readonly requests: number; readonly failed: number } {
  const seconds = range(plan.judgedFromMs / 1000, plan.judgedToMs / 1000, 1);
  const sum = (of: (second: number) => number) => seconds.reduce((total, second) => total + Math.round(of(second)), 0);
  return { requests: sum(course.rate), failed: sum((second) => course.rate(second) * course.failedShare(second)) };
}

function sampleLoad(stage: SampleStage): StageEvidence['load'] {
  const { requests, failed } = judgedRequests(stage);
  const planned = plannedIterations(stage.plan, stage.plan.judgedFromMs, stage.plan.judgedToMs);
  const seconds = (stage.plan.judgedToMs - stage.plan.judgedFromMs) / 1000;
  const share = Math.floor(requests / ROUTES.length);
  return {
    outcome: 'completed',
    exitCode: 0,
    detail: null,
    k6Version: '2.2.0',
    iterations: requests,
    requests,
    answered: requests,
    failed,
    checksFailed: failed,
    dropped: 0,
    statuses: failed === 0 ? { '200': requests } : { '200': requests - failed, '500': failed },
    plannedIterations: planned,
    plannedRate: Number((planned / seconds).toFixed(1)),
    achievedRate: Number((requests / seconds).toFixed(1)),
    arrivalLagP95Ms: 1.8,
    cpuPressure: 34.5,
    thresholdsFailed: [],
    summary: { iterations: requests, requests, dropped: 0 },
    judged: ROUTES.map((route, i) => ({
      route,
      requests: i === 0 ? requests - share * (ROUTES.length - 1) : share,
      failed: i === 0 ? 0 : Math.floor(failed / 2),
      checksFailed: i === 0 ? 0 : Math.floor(failed / 2),
      latency: [[12, share]],
    })),
  };
}

function cloudWatchSeries(stage: SampleStage, start: number): Series[] {
  const { course } = stage;
  const seconds = range(-20, stage.seconds + stage.afterSeconds, PERIOD_SECONDS);
  const counts = (of: (second: number) => number) => (second: number) => {
    const value = range(second, second + PERIOD_SECONDS, 1).reduce((sum, at) => sum + of(at), 0);
    return course.rate(second) === 0 ? null : Math.round(value);
  };
  const make = (metric: string, of: (second: number) => number | null, set = 0): Series[] => {
    const definition = metricNamed(metric);
    const version = stage.name === 'canary' && definition.byVersion ? '7' : null;
    const dimensions = definition.dimensions(identity(stage.tier, 10), version)[set];
    return dimensions === undefined ? [] : [series(metric, dimensions, PERIOD_SECONDS, pointsOf(seconds, start, of))];
  };
  return [
    ...make('api.requests', counts(course.rate)),
    ...make(
      'api.5xx',
      counts((second) => course.rate(second) * course.failedShare(second)),
    ),
    ...make('api.latencyP95', (second) =>
      course.rate(second) === 0 ? null : Math.max(...range(second, second + PERIOD_SECONDS, 1).map(course.p95)) - 1,
    ),
    ...make('lambda.invocations', counts(course.rate)),
    ...make(
      'lambda.errors',
      counts((second) => course.rate(second) * course.failedShare(second)),
    ),
    ...make(
      'lambda.throttles',
      counts(() => 0),
    ),
    ...make('lambda.concurrency', (second) => (course.rate(second) === 0 && second >= 0 ? null : course.environments(second))),
    ...make('redis.connections', course.primary, 0),
    ...make('redis.connections', course.replica, 1),
    ...make(
      'redis.newConnections',
      (second) =>
        course.rate(second) === 0 ? null : Math.round((course.rate(second) * PERIOD_SECONDS * course.newPerRequest(second)) / 2),
      0,
    ),
    ...make(
      'redis.newConnections',
      (second) =>
        course.rate(second) === 0 ? null : Math.round((course.rate(second) * PERIOD_SECONDS * course.newPerRequest(second)) / 2),
      1,
    ),
  ];
}

function clientSeries({ course, seconds }: SampleStage, start: number): Series[] {
  const each = range(0, seconds, 1);
  return [
    ...ROUTES.flatMap((route, i) => [
      series(
        'client.requests',
        { route },
        1,
        pointsOf(each, start, (second) => Math.round(course.rate(second) / ROUTES.length)),
      ),
      ...['client.failed', 'client.checksFailed'].map((metric) =>
        series(
          metric,
          { route },
          1,
          pointsOf(each, start, (second) => (i === 0 ? 0 : failedOf(course, second) / 2)),
        ),
      ),
    ]),
    series('client.p95', {}, 1, pointsOf(each, start, course.p95)),
    series(
      'load.dropped',
      {},
      1,
      pointsOf(each, start, () => 0),
    ),
  ];
}

function failedOf(course: Course, second: number): number {
  return 2 * Math.round((course.rate(second) * course.failedShare(second)) / 2);
}

function pointsOf(seconds: readonly number[], start: number, of: (second: number) => number | null): [number, number][] {
  return seconds.flatMap((second): [number, number][] => {
    const value = of(second);
    return value === null ? [] : [[start + second * 1000, value]];
  });
}

function series(metric: string, dimensions: Record<string, string>, periodSeconds: number, points: [number, number][]): Series {
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
