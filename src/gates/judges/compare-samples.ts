import { stable } from '../format';
import { deltaOf, mannWhitney, shiftInterval } from '../stats/mann-whitney';
import { median } from '../stats/quantile';

/** Share of the candidate's values that may lie beyond everything that is tolerated of any value of the baseline. */
const BEYOND = 0.25;

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
  /** Upper end of the shift's one-sided interval. */
  readonly shiftHigh: number;
  /** Share of the candidate's values above the baseline's largest and what is tolerated. */
  readonly beyond: number;
  /** From -1 to 1: how surely a value of the candidate is the larger one. */
  readonly cliffsDelta: number;
}

export type Comparison =
  | ({ readonly outcome: 'no-worse' | 'worse' | 'undecided' | 'undecided-tail' | 'blind' } & Effect)
  /** Which side cannot be compared, and why. */
  | { readonly outcome: 'too-short' | 'not-numbers'; readonly side: 'candidate' | 'baseline' };

/**
 * Whether a candidate's values are worse, which is larger, than a baseline's. Two keys, and it takes both: the difference is not
 * chance (rank test) and it matters (shift above the tolerance). Undecided is a shift that matters and may be chance, one that
 * so few or so scattered values could not have shown, and a middle that is no worse with more than a quarter of the values
 * beyond what the baseline ever had. The values of a run are taken as independent, which makes the test surer than it is where
 * noise lasts; that is why it never decides without the other key.
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
  const { shift, high: shiftHigh } = shiftInterval(candidate, baseline, 2 * confidence - 1);
  const { u, pGreater: p } = mannWhitney(candidate, baseline);
  const cliffsDelta = deltaOf(u, candidate.length * baseline.length);
  const most = Math.max(...baseline) + tolerated;
  const beyond = candidate.filter((value) => stable(value) > stable(most)).length / candidate.length;
  const effect = { candidateMedian: median(candidate), baselineMedian, shift, shiftHigh, tolerated, p, cliffsDelta, beyond };
  // 8.8 is ten percent above 8, also where its last bits say a little more.
  if (stable(shift) > stable(tolerated)) return { outcome: p < 1 - confidence ? 'worse' : 'undecided', ...effect };
  if (beyond > BEYOND) return { outcome: 'undecided-tail', ...effect };
  // Where nothing at all is tolerated no scatter could be small enough: the middle alone decides.
  const blind = tolerated > 0 && stable(shiftHigh - shift) > stable(tolerated);
  return { outcome: blind ? 'blind' : 'no-worse', ...effect };
}
