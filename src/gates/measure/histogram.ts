import type { Histogram } from '../evidence-schema';

/** One histogram of all; counts of equal upper bounds are added. */
export function mergeHistograms(histograms: readonly Histogram[]): Histogram {
  const counts = new Map<number, number>();
  for (const [bound, count] of histograms.flat()) counts.set(bound, (counts.get(bound) ?? 0) + count);
  return [...counts].sort(([a], [b]) => a - b);
}

/**
 * Quantile of a histogram by nearest rank: the upper bound of the bucket that holds the value of rank ceil(q x n). It
 * is never below the true quantile, and above it by at most the width of a bucket.
 * @returns null when nothing was counted
 */
export function histogramQuantile(histogram: Histogram, q: number): number | null {
  const n = histogram.reduce((sum, [, count]) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(q * n));
  let seen = 0;
  for (const [bound, count] of histogram) {
    seen += count;
    if (seen >= rank) return bound;
  }
  return null;
}
