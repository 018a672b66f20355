/**
 * Quantile of a sample, definition R-7 (linear interpolation between order statistics, the default of R and NumPy).
 * @param q from 0 to 1
 * @throws RangeError for an empty sample
 */
export function quantile(sample: readonly number[], q: number): number {
  if (sample.length === 0) throw new RangeError('quantile of nothing');
  const sorted = sample.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (position - below);
}

/** @throws RangeError for an empty sample */
export function median(sample: readonly number[]): number {
  return quantile(sample, 0.5);
}
