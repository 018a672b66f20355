import { stable } from '../format';
import { deltaOf, hodgesLehmann, mannWhitney } from '../stats/mann-whitney';
import { median } from '../stats/quantile';

/** Fewer values a side prove nothing: three against three can at best be chance in 1 of 20 cases, five against five in 1 of 252. */
export const MIN_VALUES = 5;

export interface Samples {
  readonly candidate: readonly number[];
  readonly baseline: readonly number[];
  /** One-sided, e.g. 0.95. */
  readonly confidence: number;
  /** How much larger the candidate may be: the larger of a share of the baseline's median and an absolute amount. */
  readonly tolerance: { readonly share: number; readonly absolute: number };
  /** Values that each side needs; at least 5 whatever is asked. */
  readonly minValues?: number;
}

export interface Effect {
  readonly candidateMedian: number;
  readonly baselineMedian: number;
  /** How far the candidate lies above the baseline (Hodges-Lehmann). */
  readonly shift: number;
  readonly tolerated: number;
  /** Probability of the candidate lying so far above by chance (Mann-Whitney). */
  readonly p: number;
  /** From -1 to 1: how surely a value of the candidate is the larger one. */
  readonly cliffsDelta: number;
}

export type Comparison =
  | ({ readonly outcome: 'no-worse' | 'worse' | 'undecided' } & Effect)
  /** Which side cannot be compared, and why. */
  | { readonly outcome: 'too-short' | 'not-numbers'; readonly side: 'candidate' | 'baseline' };

/**
 * Whether a candidate's values are worse, which is larger, than a baseline's. Two keys, and it takes both: the difference is not
 * chance (rank test) and it matters (shift above the tolerance). A shift that matters and may be chance is undecided.
 */
export function compareSamples({ candidate, baseline, confidence, tolerance, minValues = MIN_VALUES }: Samples): Comparison {
  for (const [side, values] of [
    ['candidate', candidate],
    ['baseline', baseline],
  ] as const) {
    if (!values.every(Number.isFinite)) return { outcome: 'not-numbers', side };
    if (values.length < Math.max(minValues, MIN_VALUES)) return { outcome: 'too-short', side };
  }
  const baselineMedian = median(baseline);
  const tolerated = Math.max(tolerance.absolute, tolerance.share * Math.abs(baselineMedian));
  const shift = hodgesLehmann(candidate, baseline);
  const { u, pGreater: p } = mannWhitney(candidate, baseline);
  const cliffsDelta = deltaOf(u, candidate.length * baseline.length);
  const effect = { candidateMedian: median(candidate), baselineMedian, shift, tolerated, p, cliffsDelta };
  // 8.8 is ten percent above 8, also where its last bits say a little more.
  if (stable(shift) <= stable(tolerated)) return { outcome: 'no-worse', ...effect };
  return { outcome: p < 1 - confidence ? 'worse' : 'undecided', ...effect };
}
