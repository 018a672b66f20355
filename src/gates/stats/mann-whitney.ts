import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { pairwiseDifferences } from './pairwise-differences';
import { tieSizes } from './ranks';

export interface RankTest {
  /** How many pairs have the larger value in the first sample; equal ones count half. */
  readonly u: number;
  readonly pTwoSided: number;
  /** Probability of the first sample lying so far above the second by chance. */
  readonly pGreater: number;
  readonly pLess: number;
}

/**
 * Mann-Whitney U of two samples: normal approximation with the variance corrected for ties and with continuity correction
 * (Mann and Whitney 1947; SciPy's `asymptotic`). Samples without any variation have p 1.
 * `z` is two-sided and signed, R's W.
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): RankTest & { readonly z: number } {
  const { u, tied } = place(a, b);
  const above = u - (a.length * b.length) / 2;
  const sigma = Math.sqrt(varianceOf(a.length, b.length, tied));
  if (!(sigma > 0)) return { u, z: 0, pTwoSided: 1, pGreater: 1, pLess: 1 };
  const upper = (distance: number) => normalCdf((0.5 - distance) / sigma, 0, 1);
  const z = (above - Math.sign(above) * 0.5) / sigma;
  return { u, z, pTwoSided: Math.min(1, 2 * upper(Math.abs(above))), pGreater: upper(above), pLess: upper(-above) };
}

/**
 * The same with U's exact distribution. Its table has as many entries as there are pairs: for small samples.
 * @returns null where two values are equal: the distribution is another one then
 */
export function mannWhitneyExact(a: readonly number[], b: readonly number[]): RankTest | null {
  const { u, tied } = place(a, b);
  if (tied > 0) return null;
  const atMost = exactDistribution(a.length, b.length);
  const pLess = atMost(u);
  const pGreater = atMost(a.length * b.length - u);
  return { u, pTwoSided: Math.min(1, 2 * Math.min(pLess, pGreater)), pGreater, pLess };
}

/** How far the first sample lies above the second: the median of all pairwise differences (Hodges and Lehmann 1963). */
export function hodgesLehmann(a: readonly number[], b: readonly number[]): number {
  return pairwiseDifferences(a, b).median();
}

/**
 * The Hodges-Lehmann shift with its two-sided interval: the shifts that the rank test does not reject. As R's `wilcox.test`
 * has it (normal approximation, ties and continuity corrected), but the ends are those pairwise differences themselves,
 * where R searches for them to within 0.0001.
 * @param confidence of the two-sided interval, e.g. 0.95
 */
export function shiftInterval(
  a: readonly number[],
  b: readonly number[],
  confidence: number,
): { readonly shift: number; readonly low: number; readonly high: number } {
  const differences = pairwiseDifferences(a, b);
  const half = differences.count / 2;
  // Between two pairwise differences no value of one sample meets one of the other: only ties within a sample are left.
  const sigma = Math.sqrt(varianceOf(a.length, b.length, cubesOf(tieSizes(a)) + cubesOf(tieSizes(b))));
  const reach = 0.5 + sigma * normalQuantile((1 + confidence) / 2, 0, 1);
  const rank = Math.min(Math.max(1, Math.ceil(half - reach)), Math.ceil(half));
  return { shift: differences.median(), low: differences.ofRank(rank), high: differences.ofRank(differences.count + 1 - rank) };
}

/** From -1 (every value of the first sample is smaller) to 1 (Cliff 1993). */
export function cliffsDelta(a: readonly number[], b: readonly number[]): number {
  return deltaOf(place(a, b).u, a.length * b.length);
}

/** Cliff's delta, where U is known already. */
export function deltaOf(u: number, pairs: number): number {
  return (2 * u) / pairs - 1;
}

interface Place {
  /** Pairs in which the first sample has the larger value; equal ones count half. */
  readonly u: number;
  /** Sum of t^3 - t over the groups of t equal values. */
  readonly tied: number;
}

/** Both samples in one order, group of equal values by group. */
function place(a: readonly number[], b: readonly number[]): Place {
  if (a.length === 0 || b.length === 0) throw new RangeError('a sample without values');
  const first = Float64Array.from(a).sort();
  const second = Float64Array.from(b).sort();
  // Sorted, what is not a number comes last.
  if (Number.isNaN(first.at(-1)) || Number.isNaN(second.at(-1))) throw new RangeError('a value that is not a number');
  let [i, j, u, tied] = [0, 0, 0, 0];
  while (i < first.length || j < second.length) {
    const value = Math.min(first[i] ?? Number.POSITIVE_INFINITY, second[j] ?? Number.POSITIVE_INFINITY);
    const [fromFirst, fromSecond] = [i, j];
    while (i < first.length && first[i] === value) i += 1;
    while (j < second.length && second[j] === value) j += 1;
    u += (i - fromFirst) * (fromSecond + (j - fromSecond) / 2);
    const size = i - fromFirst + (j - fromSecond);
    tied += size ** 3 - size;
  }
  return { u, tied };
}

function cubesOf(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size ** 3 - size, 0);
}

/** @param tied sum of t^3 - t over the groups of t equal values */
function varianceOf(n: number, m: number, tied: number): number {
  const all = n + m;
  return ((n * m) / 12) * (all + 1 - tied / (all * (all - 1)));
}

/** @returns P(U <= u). The shares of orders follow Mann and Whitney's recurrence, as the coefficients of a Gaussian binomial. */
function exactDistribution(n: number, m: number): (u: number) => number {
  let shares = [1];
  // The j-th value of the first sample comes with m more places: times (1 - q^(m+j)) / (1 - q^j), and j / (m + j) to stay shares.
  for (let j = 1; j <= n; j += 1) {
    const next = new Array<number>(j * m + 1).fill(0);
    for (let u = 0; u < next.length; u += 1) {
      const own = (shares[u] ?? 0) - (shares[u - m - j] ?? 0);
      next[u] = own + (next[u - j] ?? 0);
    }
    shares = next.map((share) => share * (j / (m + j)));
  }
  return (u) => shares.slice(0, u + 1).reduce((sum, share) => sum + share, 0);
}
