import type { Histogram } from '../../gates/evidence-schema';

/** Buckets per doubling: a percentile read from it is at most 4.4 % above the true one, never below. */
const PER_DOUBLING = 16;
/** Everything at or below it is one bucket, milliseconds. */
const LOWEST_MS = 0.0625;

/** Counts of durations by logarithmic bucket; the key is the bucket's exponent. */
export type LogHistogram = Map<number, number>;

export function createHistogram(): LogHistogram {
  return new Map();
}

/** @param ms a duration; negative ones count as the lowest bucket. */
export function record(histogram: LogHistogram, ms: number): void {
  const bucket = Math.ceil(Math.log2(Math.max(ms, LOWEST_MS)) * PER_DOUBLING - 1e-9);
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + 1);
}

/** The buckets as evidence has them: `[upper bound in ms, count]`, ascending, without empty ones. */
export function toBuckets(histogram: LogHistogram): Histogram {
  return [...histogram].sort(([a], [b]) => a - b).map(([bucket, count]) => [upperBound(bucket), count]);
}

export function addInto(target: LogHistogram, source: LogHistogram): void {
  for (const [bucket, count] of source) target.set(bucket, (target.get(bucket) ?? 0) + count);
}

/**
 * The smallest upper bound that at least the share `q` of the durations does not exceed (nearest rank).
 * @returns milliseconds, or null without a duration.
 */
export function quantileOf(histogram: LogHistogram, q: number): number | null {
  const buckets = toBuckets(histogram);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(q * total));
  let seen = 0;
  for (const [bound, count] of buckets) {
    seen += count;
    if (seen >= rank) return bound;
  }
  return null;
}

/** Rounded to whole microseconds, so that evidence reads well. */
function upperBound(bucket: number): number {
  return Math.round(2 ** (bucket / PER_DOUBLING) * 1000) / 1000;
}
