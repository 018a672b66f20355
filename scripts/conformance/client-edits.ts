import type { Histogram, LoadEvidence, Series, StageEvidence } from '../../src/gates/evidence-schema';
import { RATE, SECOND_MS, type StageEdit } from './bench';
import { counts } from './edits';

/** The one route of the made-up clients, where a vector has no other. */
export const ROUTE = 'GET /vector';
/** Carries the planned load beside routes that hold less. */
const OTHER_ROUTE = 'GET /other';
/** What nobody asks the time of. */
const USUAL_MS = 1;

/** What the clients sent to one route. */
export interface Route {
  readonly route?: string;
  /** Requests in each second. */
  readonly rate?: number;
  /** Requests without a valid answer in each second; the last seconds may be left out. */
  readonly failed?: readonly number[];
  /** p95 in each second, ms; a second beyond the list has none. */
  readonly latency?: readonly number[];
  /** Times of all requests, ms, in place of `rate` and `latency`: they come in the first second. */
  readonly times?: readonly number[];
}

/** One route that carries the whole load. */
export function client(route: Route): StageEdit {
  return clients([route]);
}

/** Some routes, and the planned load beside them. */
export function clientsBeside(routes: readonly Route[]): StageEdit {
  return clients([...routes, { route: OTHER_ROUTE }]);
}

/** A run that is looked at after so many seconds: what was counted until then, and nothing of the rest. */
export function lookedAt(seconds: number, gates: readonly string[], route: Route = {}): StageEdit {
  return (stage) => {
    const end = Date.parse(stage.judged.start) + seconds * SECOND_MS;
    const at = new Date(end).toISOString();
    return client(route)({
      ...stage,
      window: { ...stage.window, end: at },
      judged: { ...stage.judged, end: at },
      after: null,
      stopped: { look: 0.5, at, gates: [...gates] },
      load: stage.load && { ...stage.load, outcome: 'stopped', summary: null },
      series: stage.series.map((series) => ({ ...series, points: series.points.filter(([point]) => point < end) })),
    });
  };
}

/** Replaces all that the clients and the gateway counted, so that every account of the load agrees. */
function clients(routes: readonly Route[]): StageEdit {
  return (stage) => {
    const starts = secondsOf(stage);
    const seen = routes.map((route) => courseOf(route, starts.length));
    const judged = seen.map(({ route, requests, failed, times }) => ({
      route,
      requests: sum(requests),
      failed: sum(failed),
      checksFailed: 0,
      checked: sum(requests),
      latency: histogram(times),
    }));
    const series = [
      ...seen.flatMap((each) => seriesOf(each, starts)),
      clientSeries(
        'client.p95',
        null,
        starts,
        starts.map((_, i) => highest(seen.map(({ latency }) => latency[i]))),
      ),
      clientSeries(
        'load.dropped',
        null,
        starts,
        starts.map(() => 0),
      ),
    ];
    const atGateway = counts(
      'api.requests',
      '',
      starts.map((_, i) => sum(seen.map(({ requests }) => requests[i] ?? 0))),
    );
    const others = stage.series.filter(({ source }) => source !== 'k6');
    return atGateway({ ...stage, load: stage.load && totals(stage.load, judged), series: [...others, ...series] });
  };
}

interface Course {
  readonly route: string;
  readonly requests: readonly number[];
  readonly failed: readonly number[];
  readonly latency: readonly (number | undefined)[];
  readonly times: readonly number[];
}

function courseOf({ route = ROUTE, rate = RATE, failed = [], latency, times }: Route, seconds: number): Course {
  const each = Array.from({ length: seconds }, (_, i) => i);
  if (times !== undefined) {
    const first = (value: number) => each.map((i) => (i === 0 ? value : 0));
    const slowest = times.length > 0 ? Math.max(...times) : undefined;
    return { route, requests: first(times.length), failed: first(0), latency: [slowest], times };
  }
  const timed = each.map((i) => (latency === undefined ? USUAL_MS : latency[i]));
  return {
    route,
    requests: each.map(() => rate),
    // A second without a time is one in which nothing was answered.
    failed: each.map((i) => (timed[i] === undefined ? rate : (failed[i] ?? 0))),
    latency: timed,
    times: timed.flatMap((ms) => Array<number>(rate).fill(ms || USUAL_MS)),
  };
}

function seriesOf({ route, requests, failed, latency }: Course, starts: readonly number[]): readonly Series[] {
  return [
    clientSeries('client.requests', route, starts, requests),
    clientSeries('client.failed', route, starts, failed),
    clientSeries(
      'client.checksFailed',
      route,
      starts,
      requests.map(() => 0),
    ),
    clientSeries('client.p95', route, starts, latency),
  ];
}

function highest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

function totals(load: LoadEvidence, judged: LoadEvidence['judged']): LoadEvidence {
  const requests = sum(judged.map((route) => route.requests));
  const failed = sum(judged.map((route) => route.failed));
  const statuses = { '200': requests - failed, '500': failed };
  const counted = { iterations: requests, requests, answered: requests, failed, checksFailed: 0, statuses, judged };
  return { ...load, ...counted, summary: load.summary && { iterations: requests, requests, dropped: 0 } };
}

function secondsOf(stage: StageEvidence): readonly number[] {
  const starts: number[] = [];
  for (let at = Date.parse(stage.judged.start); at < Date.parse(stage.judged.end); at += SECOND_MS) starts.push(at);
  return starts;
}

function histogram(times: readonly number[]): Histogram {
  const buckets = new Map<number, number>();
  for (const time of times) buckets.set(time, (buckets.get(time) ?? 0) + 1);
  return [...buckets].sort(([a], [b]) => a - b);
}

function clientSeries(metric: string, route: string | null, starts: readonly number[], values: readonly (number | undefined)[]): Series {
  return {
    metric,
    source: 'k6',
    namespace: 'k6',
    metricName: metric,
    statistic: 'Sum',
    unit: 'Count',
    dimensions: route === null ? {} : { route },
    periodSeconds: 1,
    statusCode: 'Complete',
    messages: [],
    points: starts.flatMap((at, i) => (values[i] === undefined ? [] : [[at, values[i]] as [number, number]])),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
