import { hamedRao, mannKendall } from '../gates/stats/mann-kendall';
import { theilSen } from '../gates/stats/theil-sen';

const P = 0.01;
const GROWTH = 0.2;
const INTERVAL = 0.9;

/**
 * The best rule of the literature's parts, to compare ours with: significant with the variance of Hamed and Rao (1998), growth of
 * the Theil-Sen line (Sen 1968) above a fifth of where it starts, its interval above zero.
 * @param y at least 5 values
 */
export function referenceRises(y: readonly number[]): boolean {
  const { slope, intercept, low } = theilSen(y, INTERVAL);
  // Without variation around the line the correction is undefined, and there is nothing to correct.
  const p = (hamedRao(y, slope) ?? mannKendall(y)).pIncreasing;
  return p < P && low > 0 && slope * (y.length - 1) > GROWTH * Math.max(0, intercept);
}
