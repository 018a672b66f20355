import type { LoadEvidence, Series } from '../gates/evidence-schema';
import { type LoadPlan, plannedIterations } from '../gates/load-plan';
import { below, normal, poisson, type Random } from './random';

const P95_MS = 9;

/** What the clients did, second by second from the first arrival. */
export interface ClientCourse {
  readonly requests: readonly number[];
  /** Failed requests by second; most seconds have none. */
  readonly failed: ReadonlyMap<number, number>;
  readonly p95: readonly number[];
}

/** @param failure share of the requests that fail */
export function clientCourse(plan: LoadPlan, seconds: number, failure: number, random: Random): ClientCourse {
  const until = (second: number) => Math.round(plannedIterations(plan, 0, second * 1000));
  const requests = Array.from({ length: seconds }, (_, second) => until(second + 1) - until(second));
  const total = requests.reduce((sum, count) => sum + count, 0);
  const failed = new Map<number, number>();
  for (let i = poisson(random, total * failure); i > 0; i -= 1) {
    const second = below(random, seconds);
    if ((requests[second] ?? 0) > (failed.get(second) ?? 0)) failed.set(second, (failed.get(second) ?? 0) + 1);
  }
  return { requests, failed, p95: requests.map(() => P95_MS * Math.exp(normal(random) * 0.2)) };
}

/** The client's seconds of one route, which has a fixed share of them: every `of`-th request, from the `index`-th on. */
function ofRoute({ requests, failed }: ClientCourse, index: number, of: number) {
  let before = 0;
  return requests.map((count, second) => {
    const share = Math.floor((before + count + of - 1 - index) / of) - Math.floor((before + of - 1 - index) / of);
    before += count;
    // Of a second's failures as many as it can hold, the rest belong to the last route.
    return { requests: share, failed: index === of - 1 ? (failed.get(second) ?? 0) : 0 };
  });
}

/** What k6 tells of itself. */
export interface Generator {
  readonly lagMs: number;
  readonly dropped: number;
}

/** k6's evidence of a course: totals and series agree to the last request, as k6's do. */
export function loadOf(course: ClientCourse, plan: LoadPlan, routes: readonly string[], start: number, { lagMs, dropped }: Generator) {
  const judgedFrom = plan.judgedFromMs / 1000;
  const judgedTo = plan.judgedToMs / 1000;
  const perRoute = routes.map((route, i) => ({ route, seconds: ofRoute(course, i, routes.length) }));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const judged = perRoute.map(({ route, seconds }) => {
    const inWindow = seconds.slice(judgedFrom, judgedTo);
    const requests = sum(inWindow.map((each) => each.requests));
    const failed = sum(inWindow.map((each) => each.failed));
    return { route, requests, failed, checksFailed: failed, checked: requests, latency: [[P95_MS, requests] as [number, number]] };
  });
  const requests = sum(course.requests);
  const failed = sum([...course.failed.values()]);
  const rate = sum(judged.map((each) => each.requests)) / (judgedTo - judgedFrom);
  const load: LoadEvidence = {
    outcome: 'completed',
    exitCode: 0,
    detail: null,
    k6Version: 'simulated',
    iterations: requests,
    requests,
    answered: requests,
    failed,
    checksFailed: failed,
    dropped,
    statuses: { '200': requests - failed, '500': failed },
    plannedIterations: plannedIterations(plan),
    plannedRate: rate,
    achievedRate: rate,
    arrivalLagP95Ms: lagMs,
    cpuPressure: null,
    thresholdsFailed: [],
    summary: { iterations: requests, requests, dropped },
    judged,
  };
  return { load, series: [...perRoute.flatMap((each) => routeSeries(each, start)), ...wholeSeries(course, start, dropped)] };
}

function routeSeries({ route, seconds }: { route: string; seconds: ReturnType<typeof ofRoute> }, start: number): Series[] {
  const counts = (of: (second: (typeof seconds)[number]) => number) => seconds.map(of);
  return [
    secondsOf(
      'client.requests',
      { route },
      counts(({ requests }) => requests),
      start,
    ),
    secondsOf(
      'client.failed',
      { route },
      counts(({ failed }) => failed),
      start,
    ),
    secondsOf(
      'client.checksFailed',
      { route },
      counts(({ failed }) => failed),
      start,
    ),
  ];
}

/** What k6 tells of all routes together. */
function wholeSeries({ p95 }: ClientCourse, start: number, dropped: number): Series[] {
  return [
    secondsOf('client.p95', {}, p95, start),
    secondsOf(
      'load.dropped',
      {},
      p95.map((_, second) => (second === 0 ? dropped : 0)),
      start,
    ),
  ];
}

function secondsOf(metric: string, dimensions: Record<string, string>, values: readonly number[], start: number): Series {
  return {
    metric,
    source: 'k6',
    namespace: 'k6',
    metricName: metric,
    statistic: metric === 'client.p95' ? 'p95' : 'Sum',
    unit: metric === 'client.p95' ? 'Milliseconds' : 'Count',
    dimensions,
    periodSeconds: 1,
    statusCode: 'Complete',
    messages: [],
    points: values.map((value, second) => [start + second * 1000, value]),
  };
}
