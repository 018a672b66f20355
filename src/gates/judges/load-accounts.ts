import type { LoadEvidence, StageEvidence } from '../evidence-schema';
import { counted } from '../format';
import { plannedDurationMs } from '../load-plan';
import { combined } from '../measure/buckets';
import { periodsOf } from '../measure/periods';

/**
 * k6 accounts for one load three times: by status, by route in the judged window, and by route and second. They come from the same
 * lines, so they agree to the last request, and the windows are the plan's; where they do not, a part is missing, and what is missing may be
 * what was bad.
 * @returns one sentence for each disagreement
 */
export function accountProblems(stage: StageEvidence, load: LoadEvidence): readonly string[] {
  return [...windowProblems(stage), ...statusProblems(load), ...timedProblems(stage, load), ...secondProblems(stage, load)];
}

/** A judged window that is shorter than the plan's leaves out whatever was bad in the rest; only an early stop ends one, and never passes. */
function windowProblems({ plan, window, judged, periodSeconds, stopped }: StageEvidence): string[] {
  if (stopped !== undefined) return [];
  const periodMs = periodSeconds * 1000;
  const start = Date.parse(window.start);
  const first = Math.ceil(plan.judgedFromMs / periodMs) * periodMs;
  const last = Math.floor(plan.judgedToMs / periodMs) * periodMs;
  const end = Math.ceil(plannedDurationMs(plan) / periodMs) * periodMs;
  const [from, to, until] = [judged.start, judged.end, window.end].map((at) => Date.parse(at) - start);
  return from === first && to === last && until === end ? [] : ['the windows of load and judgement are not those of the plan'];
}

function statusProblems({ statuses, requests, answered }: LoadEvidence): string[] {
  const all = sum(Object.values(statuses));
  const withAnswer = all - (statuses['0'] ?? 0);
  if (all === requests && withAnswer === answered) return [];
  return [`k6 sent ${requests} requests and got ${answered} answers, but by status ${all} and ${withAnswer}`];
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

const COUNTERS = { 'client.requests': 'requests', 'client.failed': 'failed', 'client.checksFailed': 'checksFailed' } as const;

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
