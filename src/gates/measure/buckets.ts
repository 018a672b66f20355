import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { type Measured, measured, unmeasured } from './measured';
import { oncePer } from './once-per';
import { checkedPoints } from './series';

/** One second of the load as the clients saw it, all routes together. */
export interface LoadBucket {
  /** Epoch ms of its start. */
  readonly at: number;
  readonly requests: number;
  readonly failed: number;
  /** Checks that failed: an answer that came and was wrong. */
  readonly checksFailed: number;
  /** ms; of all routes merged where k6's series have it, else the slowest route's: percentiles cannot be merged afterwards. */
  readonly p95: number;
}

/** The seconds with requests, oldest first; a second without timed requests is absent. */
export const loadBuckets = oncePer((stage: StageEvidence): Measured<readonly LoadBucket[]> => {
  const requests = combined(stage, 'client.requests');
  const failed = combined(stage, 'client.failed');
  const checksFailed = wrongAnswers(stage, null);
  const p95 = combined(stage, 'client.p95');
  if (!requests.ok) return requests;
  if (!failed.ok) return failed;
  if (!checksFailed.ok) return checksFailed;
  if (!p95.ok) return p95;
  const buckets = [...requests.value]
    .flatMap(([at, count]) => {
      const latency = p95.value.get(at);
      const bad = { failed: failed.value.get(at) ?? 0, checksFailed: checksFailed.value.get(at) ?? 0 };
      return count > 0 && latency !== undefined ? [{ at, requests: count, ...bad, p95: latency }] : [];
    })
    .sort((a, b) => a.at - b.at);
  return measured(buckets);
});

/** Answers whose content was wrong, per second: several checks of one answer may fail, so of a route at most what was sent to it. */
export function wrongAnswers(stage: StageEvidence, route: string | null): Measured<ReadonlyMap<number, number>> {
  const all = combined(stage, 'client.checksFailed', route);
  if (!all.ok) return all;
  const named = stage.series.flatMap(({ metric, dimensions }) => (metric === 'client.checksFailed' ? (dimensions['route'] ?? []) : []));
  const wrong = new Map<number, number>();
  for (const each of route === null ? new Set(named) : [route]) {
    const checks = combined(stage, 'client.checksFailed', each);
    const requests = combined(stage, 'client.requests', each);
    if (!checks.ok) return checks;
    if (!requests.ok) return requests;
    for (const [at, count] of checks.value) wrong.set(at, (wrong.get(at) ?? 0) + Math.min(count, requests.value.get(at) ?? 0));
  }
  return measured(wrong);
}

/** A k6 metric per second, of one route or its routes combined: counts added, of latencies the slowest. */
export function combined(stage: StageEvidence, metric: string, route: string | null = null): Measured<ReadonlyMap<number, number>> {
  const known = secondsOf(stage);
  const key = JSON.stringify([metric, route]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const seconds = combine(stage, metric, route);
  known.set(key, seconds);
  return seconds;
}

const secondsOf = oncePer((_stage: StageEvidence) => new Map<string, Measured<ReadonlyMap<number, number>>>());

function combine(stage: StageEvidence, metric: string, route: string | null): Measured<ReadonlyMap<number, number>> {
  const both = metricNamed(metric).kind === 'count' ? (a: number, b: number) => a + b : Math.max;
  const ofRoute = (series: StageEvidence['series'][number]) => route === null || series.dimensions['route'] === route;
  const all = stage.series.filter((each) => each.metric === metric && each.source === 'k6' && ofRoute(each));
  const merged = all.filter(({ dimensions }) => Object.keys(dimensions).length === 0);
  const series = merged.length > 0 ? merged : all;
  if (series.length === 0) return unmeasured('metric-missing', `${metric}: k6 left no series${route === null ? '' : ` of ${route}`}`);
  const whole = new Map<number, number>();
  for (const each of series) {
    if (each.periodSeconds !== 1) return unmeasured('bad-data', `${metric}: buckets of ${each.periodSeconds} s instead of one`);
    const points = checkedPoints(each);
    if (!points.ok) return points;
    for (const [at, value] of points.value) {
      const before = whole.get(at);
      whole.set(at, before === undefined ? value : both(before, value));
    }
  }
  return measured(whole);
}
