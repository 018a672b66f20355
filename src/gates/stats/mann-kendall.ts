import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { averageRanks, tieSizes } from './ranks';
import { senSlope } from './theil-sen';

export interface TrendTest {
  readonly s: number;
  readonly varS: number;
  readonly z: number;
  readonly pTwoSided: number;
  /** Probability of so strong a rise without any trend. */
  readonly pIncreasing: number;
}

/**
 * Mann-Kendall trend test of equally spaced values: variance corrected for ties, z with continuity correction
 * (Kendall 1975). A constant series has z 0 and p 1.
 */
export function mannKendall(y: readonly number[]): TrendTest {
  const s = score(y);
  return test(s, variance(y));
}

/**
 * Mann-Kendall with the variance correction of Hamed and Rao (1998) for autocorrelation, as pymannkendall defines it:
 * detrended by Sen's slope, ranked, all lags, those autocorrelations that lie outside the 95 % bound of white noise.
 * @param slope Sen's slope, where it is known already
 * @returns null where the correction is undefined: fewer than 3 values, no variation left after detrending (a
 * perfectly straight line), or a corrected variance that is not positive.
 */
export function hamedRao(y: readonly number[], slope?: number): TrendTest | null {
  const n = y.length;
  if (n < 3) return null;
  const s = score(y);
  const sen = slope ?? senSlope(y);
  const acf = autocorrelation(averageRanks(y.map((value, i) => value - (i + 1) * sen)));
  if (acf === null) return null;
  const bound = normalQuantile(0.975, 0, 1) / Math.sqrt(n);
  let sum = 0;
  for (let lag = 1; lag < n; lag += 1) {
    const r = acf[lag] as number;
    if (Math.abs(r) > bound) sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * r;
  }
  const varS = variance(y) * (1 + (2 / (n * (n - 1) * (n - 2))) * sum);
  return varS > 0 ? test(s, varS) : null;
}

/**
 * The fewest equally spaced values of which some course is a rise at a one-sided confidence: below it even a straight line, the
 * strongest rise that there is, has a larger `pIncreasing` than `1 - confidence`.
 */
export function fewestForTrend(confidence: number): number {
  for (let n = 2; n < MOST_FOR_TREND; n += 1) {
    if (mannKendall(Array.from({ length: n }, (_, i) => i)).pIncreasing < 1 - confidence) return n;
  }
  return MOST_FOR_TREND;
}

/** No confidence that a double can tell from 1 needs more. */
const MOST_FOR_TREND = 60;

function score(y: readonly number[]): number {
  let s = 0;
  for (let i = 0; i < y.length; i += 1) {
    for (let j = i + 1; j < y.length; j += 1) s += Math.sign((y[j] as number) - (y[i] as number));
  }
  return s;
}

function variance(y: readonly number[]): number {
  const term = (n: number) => n * (n - 1) * (2 * n + 5);
  return (term(y.length) - tieSizes(y).reduce((sum, size) => sum + term(size), 0)) / 18;
}

function test(s: number, varS: number): TrendTest {
  const z = s === 0 || varS === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(varS);
  const upper = (x: number) => normalCdf(-x, 0, 1);
  return { s, varS, z, pTwoSided: Math.min(1, 2 * upper(Math.abs(z))), pIncreasing: upper(z) };
}

/** Biased autocorrelation at lags 0 to n-1; null without variation. */
function autocorrelation(values: readonly number[]): number[] | null {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const centred = values.map((value) => value - mean);
  const covariance = (lag: number) => {
    let sum = 0;
    for (let i = 0; i + lag < n; i += 1) sum += (centred[i] as number) * (centred[i + lag] as number);
    return sum;
  };
  const whole = covariance(0);
  return whole === 0 ? null : centred.map((_, lag) => covariance(lag) / whole);
}
