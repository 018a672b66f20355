import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';

/**
 * Exact one-sided lower bound of a proportion (Clopper and Pearson 1934).
 * @param k successes out of @param n, 0 <= k <= n, n > 0
 * @param confidence one-sided, e.g. 0.95
 */
export function lowerBound(k: number, n: number, confidence: number): number {
  return k === 0 ? 0 : betaQuantile(1 - confidence, k, n - k + 1);
}

/** Exact one-sided upper bound of a proportion; see {@link lowerBound}. */
export function upperBound(k: number, n: number, confidence: number): number {
  return k === n ? 1 : betaQuantile(confidence, k + 1, n - k);
}
