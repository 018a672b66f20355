import type { LoadEvidence, StageEvidence } from '../evidence-schema';
import { isFailed } from '../failed-status';
import { counted } from '../format';
import { combined } from '../measure/buckets';
import { periodsOf } from '../measure/periods';

/**
 * k6 accounts for one load three times: by status, by route in the judged window, and by route and second. They come from the same
 * lines, so they agree to the last request; where they do not, a part is missing, and what is missing may be what was bad.
 * @returns one sentence for each disagreement
 */
export function accountProblems(stage: StageEvidence, load: LoadEvidence): readonly string[] {
  return [
    ...statusProblems(load),
    ...outsideProblems(load),
    ...totalProblems(stage, load),
    ...timedProblems(stage, load),
    ...secondProblems(stage, load),
  ];
}

function statusProblems({ statuses, requests, answered, failed }: LoadEvidence): string[] {
  const counts = Object.entries(statuses).map(([status, count]) => ({ status: Number(status), count }));
  const all = sum(counts.map(({ count }) => count));
  const withAnswer = all - (statuses['0'] ?? 0);
  const bad = sum(counts.map(({ status, count }) => (isFailed(status) ? count : 0)));
  if (all === requests && withAnswer === answered && bad === failed) return [];
  return [
    `k6 sent ${requests} requests, got ${answered} answers and saw ${failed} fail, but by status it was ${all}, ${withAnswer} and ${bad}`,
  ];
}

/** What failed and is not in the judged window must have been sent outside of it. */
function outsideProblems({ requests, failed, judged }: LoadEvidence): string[] {
  const sent = requests - sum(judged.map((route) => route.requests));
  const bad = failed - sum(judged.map((route) => route.failed));
  return sent >= 0 && bad >= 0 && bad <= sent ? [] : [`${bad} requests are said to have failed of ${sent} outside the judged window`];
}

const COUNTERS = { 'client.requests': 'requests', 'client.failed': 'failed', 'client.checksFailed': 'checksFailed' } as const;

/** Every request but those that woke environments belongs to a route and a second: without a route that was bad nothing else shows it. */
function totalProblems(stage: StageEvidence, load: LoadEvidence): string[] {
  const { warm } = stage.plan;
  const { warmRequests } = load;
  const perIteration = Math.ceil(load.requests / Math.max(1, load.iterations));
  const most = warm === 0 ? 0 : (warmRequests ?? warm * perIteration);
  const least = warm === 0 ? 0 : (warmRequests ?? 0);
  // An iteration that throws before its first request fails a check of its own.
  const ranges = { requests: [least, most], failed: [0, most], checksFailed: [0, most + warm] } as const;
  return Object.entries(COUNTERS).flatMap(([metric, key]) => {
    const points = combined(stage, metric);
    const seconds = points.ok ? sum([...points.value.values()]) : 0;
    const untold = load[key] - seconds;
    if (untold >= ranges[key][0] && untold <= ranges[key][1]) return [];
    return [`of ${load[key]} in all (${metric}) k6's seconds hold ${seconds}`];
  });
}

/** Every valid answer was timed, in its second too; only those that refuse (4XX) may be left out. */
function timedProblems(stage: StageEvidence, { judged, statuses }: LoadEvidence): string[] {
  const timed = sum(judged.flatMap(({ latency }) => latency.map(([, count]) => count)));
  const refused = sum(Object.entries(statuses).map(([status, count]) => (/^4\d\d$/.test(status) ? count : 0)));
  const valid = sum(judged.map(({ requests, failed }) => requests - failed)) - refused;
  if (timed < valid) return [`k6 timed ${timed} of at least ${counted(valid, 'valid answer')}`];
  return refused === 0 ? untimedSecond(stage) : [];
}

function untimedSecond(stage: StageEvidence): string[] {
  const latencies = stage.series.find(({ metric, dimensions }) => metric === 'client.p95' && Object.keys(dimensions).length === 0);
  const timed = new Set(latencies?.points.map(([at]) => at));
  const requests = combined(stage, 'client.requests');
  const failed = combined(stage, 'client.failed');
  if (!requests.ok || !failed.ok) return [];
  const untimed = periodsOf(stage.judged, 1).find((at) => !timed.has(at) && (requests.value.get(at) ?? 0) > (failed.value.get(at) ?? 0));
  return untimed === undefined ? [] : [`k6 got valid answers at ${new Date(untimed).toISOString()} and timed none`];
}

function secondProblems(stage: StageEvidence, load: LoadEvidence): string[] {
  const routes = [...new Set([...load.judged.map(({ route }) => route), ...routesOfSeries(stage)])].sort();
  const seconds = periodsOf(stage.judged, 1);
  return Object.entries(COUNTERS).flatMap(([metric, key]) => {
    const wrong = routes.find((route) => inTotals(load, route, key) !== inSeconds(stage, metric, route, seconds));
    if (wrong === undefined) return [];
    return [
      `of ${wrong} k6 counted ${inTotals(load, wrong, key)} (${metric}), its seconds hold ${inSeconds(stage, metric, wrong, seconds) ?? 'nothing'}`,
    ];
  });
}

function routesOfSeries({ series }: StageEvidence): readonly string[] {
  return series.flatMap(({ source, dimensions: { route } }) => (source === 'k6' && route !== undefined ? [route] : []));
}

function inTotals({ judged }: LoadEvidence, route: string, key: (typeof COUNTERS)[keyof typeof COUNTERS]): number {
  return sum(judged.filter((each) => each.route === route).map((each) => each[key]));
}

/** Null where the seconds are not there or cannot be believed. */
function inSeconds(stage: StageEvidence, metric: string, route: string, seconds: readonly number[]): number | null {
  const points = combined(stage, metric, route);
  return points.ok ? sum(seconds.map((at) => points.value.get(at) ?? 0)) : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
