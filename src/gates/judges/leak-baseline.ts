import type { StageEvidence } from '../evidence-schema';
import { formatNumber } from '../format';
import type { Measured } from '../measure/measured';
import { oncePerBoth } from '../measure/once-per';
import type { LeakGate } from '../policy/gate';
import { type LeakTrend, leakTrend } from './leak-trend';
import { courseOf, type EnvironmentLevel, environmentLevels } from './per-environment';

/**
 * The difference of two runs scatters like both together, and it is a second look at the same candidate: so much more growth is
 * tolerated before it is one. The square root of two would pay for the scatter alone; `tidegate calibrate` measures both arms together.
 */
const NOISE_OF_TWO = 1.7;

/** What the candidate's course says against the baseline's. */
export interface LeakAgainstBaseline {
  /** Of the baseline alone. */
  readonly baseline: LeakTrend;
  /** Of the candidate minus the baseline, period by period. */
  readonly difference: LeakTrend;
}

/**
 * The trend that is left when the course of the last promoted release under the same load is taken away, period by period from
 * the start of the judged window: what both runs do (connections that others let go, a warm-up) cancels out. Growth is relative
 * to the candidate's own level. It stands beside the absolute trend and never excuses it.
 * @param own the candidate's absolute trend
 * @returns null without a baseline that can be compared
 */
export function againstBaseline(
  levels: readonly EnvironmentLevel[],
  baseline: Measured<StageEvidence>,
  gate: LeakGate,
  own: LeakTrend,
): LeakAgainstBaseline | null {
  const read = baseline.ok ? environmentLevels(baseline.value) : baseline;
  if (!read.ok || read.value.nodeSetChangedAt !== null) return null;
  const candidate = courseOf(levels);
  const all = courseOf(read.value.levels);
  const other = all.length > candidate.length ? all.slice(0, candidate.length) : all;
  if (other.length < candidate.length || other.length < gate.minDatapoints) return null;
  const tolerant = {
    ...gate,
    growthFloor: gate.growthFloor * NOISE_OF_TWO,
    growthFloorAbsolute: gate.growthFloorAbsolute * NOISE_OF_TWO,
  };
  return { baseline: leakTrend(other, gate), difference: leakTrend(differenceOf(candidate, other), tolerant, own.base) };
}

const differenceOf = oncePerBoth((candidate: readonly number[], other: readonly number[]): readonly number[] =>
  candidate.map((level, i) => level - (other[i] as number)),
);

/** For the details of a judgement; nothing where nothing was compared. */
export function comparisonDetails(compared: LeakAgainstBaseline | null): Readonly<Record<string, number>> {
  if (compared === null) return {};
  const { baseline, difference } = compared;
  return {
    baselineGrowth: baseline.growth,
    differenceGrowth: difference.growth,
    differenceGrowthNeeded: difference.growthNeeded,
    differencePIncreasing: difference.p,
  };
}

/** Half a sentence after what was seen. */
export function againstText({ difference, baseline }: LeakAgainstBaseline, own: LeakTrend): string {
  const change = (growth: number) => `${growth < 0 ? '' : '+'}${formatNumber(growth)}`;
  return `they grow against the last release that was promoted with passing gates (${change(own.growth)} per environment over the window, it ${change(baseline.growth)}): ${formatNumber(difference.growth)} more than there, where ${formatNumber(difference.growthNeeded)} would be tolerated (p = ${formatNumber(Number(difference.p.toPrecision(2)))})`;
}
