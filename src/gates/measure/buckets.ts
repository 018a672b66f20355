import type { StageEvidence } from '../evidence-schema';
import { type Measured, measured, unmeasured } from './measured';
import { checkedPoints } from './series';

/** One second of the load as the clients saw it, all routes together. */
export interface LoadBucket {
  /** Epoch ms of its start. */
  readonly at: number;
  readonly requests: number;
  readonly failed: number;
  /** ms; of all routes merged where k6's series have it, else the slowest route's: percentiles cannot be merged afterwards. */
  readonly p95: number;
}

/** The seconds with requests, oldest first; a second without timed requests is absent. */
export function loadBuckets(stage: StageEvidence): Measured<readonly LoadBucket[]> {
  const requests = combined(stage, 'client.requests', (a, b) => a + b);
  const failed = combined(stage, 'client.failed', (a, b) => a + b);
  const p95 = combined(stage, 'client.p95', Math.max);
  if (!requests.ok) return requests;
  if (!failed.ok) return failed;
  if (!p95.ok) return p95;
  const buckets = [...requests.value]
    .flatMap(([at, count]) => {
      const latency = p95.value.get(at);
      return count > 0 && latency !== undefined ? [{ at, requests: count, failed: failed.value.get(at) ?? 0, p95: latency }] : [];
    })
    .sort((a, b) => a.at - b.at);
  return measured(buckets);
}

/** A k6 metric per bucket, its routes combined. */
function combined(stage: StageEvidence, metric: string, combine: (a: number, b: number) => number): Measured<ReadonlyMap<number, number>> {
  const all = stage.series.filter((each) => each.metric === metric && each.source === 'k6');
  const merged = all.filter(({ dimensions }) => Object.keys(dimensions).length === 0);
  const series = merged.length > 0 ? merged : all;
  if (series.length === 0) return unmeasured('metric-missing', `${metric}: k6 left no series`);
  const whole = new Map<number, number>();
  for (const each of series) {
    const points = checkedPoints(each);
    if (!points.ok) return points;
    for (const [at, value] of points.value) {
      const before = whole.get(at);
      whole.set(at, before === undefined ? value : combine(before, value));
    }
  }
  return measured(whole);
}
