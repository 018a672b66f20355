import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { median } from './quantile';
import { tieSizes } from './ranks';

export interface TheilSen {
  /** Change per step. */
  readonly slope: number;
  /** Fitted value at step 0. */
  readonly intercept: number;
  readonly low: number;
  readonly high: number;
}

/** Sen's slope: the median of all pairwise slopes of equally spaced values. @throws RangeError below 2 values */
export function senSlope(y: readonly number[]): number {
  return middle(pairwiseSlopes(y));
}

/**
 * Theil-Sen line through (0, y0), (1, y1), ... with the two-sided interval of its slope (Sen 1968, corrected for ties).
 * @param confidence of the two-sided interval, e.g. 0.9
 * @throws RangeError below 2 values
 */
export function theilSen(y: readonly number[], confidence: number): TheilSen {
  const slopes = pairwiseSlopes(y);
  const slope = middle(slopes);
  const intercept = median(y) - slope * ((y.length - 1) / 2);
  const term = (n: number) => n * (n - 1) * (2 * n + 5);
  const sigma = Math.sqrt((term(y.length) - tieSizes(y).reduce((sum, size) => sum + term(size), 0)) / 18);
  const z = normalQuantile((1 - confidence) / 2, 0, 1);
  const upper = Math.min(roundHalfEven((slopes.length - z * sigma) / 2), slopes.length - 1);
  const lower = Math.max(roundHalfEven((slopes.length + z * sigma) / 2) - 1, 0);
  return { slope, intercept, low: slopes[lower] as number, high: slopes[upper] as number };
}

/** Ascending. */
function pairwiseSlopes(y: readonly number[]): Float64Array {
  const slopes = new Float64Array((y.length * (y.length - 1)) / 2);
  let next = 0;
  for (let i = 0; i < y.length; i += 1) {
    for (let j = i + 1; j < y.length; j += 1) {
      slopes[next] = ((y[j] as number) - (y[i] as number)) / (j - i);
      next += 1;
    }
  }
  return slopes.sort();
}

function middle(sorted: Float64Array): number {
  const half = sorted.length / 2;
  const above = sorted[Math.floor(half)];
  if (above === undefined) throw new RangeError('slope of fewer than two values');
  return Number.isInteger(half) ? ((sorted[half - 1] as number) + above) / 2 : above;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
