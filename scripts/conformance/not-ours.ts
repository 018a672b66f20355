import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { mannKendall } from '../../src/gates/stats/mann-kendall';
import { tieSizes } from '../../src/gates/stats/ranks';

/** Statistics that references hold and no judge of ours reads: here only to tell a reference that was changed from one that was not. */

/** Kendall's S over all pairs, and over those pairs of which neither side is tied (time never is). */
export function kendallTaus(y: readonly number[]): { readonly tau: number; readonly tauB: number | null } {
  const { s } = mannKendall(y);
  const pairs = (y.length * (y.length - 1)) / 2;
  const tied = tieSizes(y).reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  return { tau: s / pairs, tauB: pairs === tied ? null : s / Math.sqrt(pairs * (pairs - tied)) };
}

/** Two-sided score interval of a proportion (Wilson 1927). */
export function wilsonInterval(k: number, n: number, confidence: number): readonly [number, number] {
  const z = normalQuantile(1 - (1 - confidence) / 2, 0, 1);
  const centre = (k + z ** 2 / 2) / (n + z ** 2);
  const reach = (z / (n + z ** 2)) * Math.sqrt((k * (n - k)) / n + z ** 2 / 4);
  return [k === 0 ? 0 : centre - reach, k === n ? 1 : centre + reach];
}

/** Quantile of Student's t, p > 0.5. */
export function tQuantile(p: number, degrees: number): number {
  const x = betaQuantile(2 * p - 1, 1 / 2, degrees / 2);
  return Math.sqrt((degrees * x) / (1 - x));
}

/** Quantile of a sample, definition R-6. */
export function quantileR6(sample: readonly number[], q: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  const position = Math.min(Math.max(1, (sorted.length + 1) * q), sorted.length);
  const below = Math.floor(position);
  const low = sorted[below - 1] ?? 0;
  return low + ((sorted[below] ?? low) - low) * (position - below);
}
