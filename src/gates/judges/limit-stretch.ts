import type { StageEvidence } from '../evidence-schema';
import { formatDuration } from '../format';
import { type Course, countsOf } from '../measure/course';
import { measureCourse } from '../measure/measure-course';
import { type Measured, measured, unmeasured } from '../measure/measured';
import { slidingSums, stepsOf } from '../measure/stretches';
import type { LimitGate } from '../policy/gate';
import { lowerBound } from '../stats/clopper-pearson';
import { checkedQuotient } from './limit-measure';

/** What a gate with `for` or `within` measures, step by step. */
export interface Stretches {
  readonly numerator: Course;
  readonly denominator: Course | null;
  /** Steps of one stretch. */
  readonly steps: number;
  readonly stretchMs: number;
  /** Stretches that the planned window has, one from every step on: a confidence is shared among them. */
  readonly chances: number;
}

/** @param wantedMs length of a stretch, rounded up to whole steps */
export function measureStretches(gate: LimitGate, wantedMs: number, stage: StageEvidence, route: string | null): Measured<Stretches> {
  const numerator = measureCourse(stage, gate.of.numerator, route);
  if (!numerator.ok) return numerator;
  const denominator = gate.of.denominator === null ? measured(null) : measureCourse(stage, gate.of.denominator, route);
  if (!denominator.ok) return denominator;
  const { stepMs, starts } = numerator.value;
  const steps = stepsOf(wantedMs, stepMs);
  const stretchMs = steps * stepMs;
  if (steps > starts.length) {
    const window = formatDuration(starts.length * stepMs);
    return unmeasured('too-few-datapoints', `the judged window of ${window} is shorter than the ${formatDuration(stretchMs)} of a stretch`);
  }
  // The plan's, so that a load which was stopped early is judged as strictly as the whole of it.
  const planned = Math.floor((stage.plan.judgedToMs - stage.plan.judgedFromMs) / stepMs);
  const chances = Math.max(planned, starts.length) - steps + 1;
  return measured({ numerator: numerator.value, denominator: denominator.value, steps, stretchMs, chances });
}

/** One stretch, summed. */
export interface Stretch {
  /** Epoch ms at which it begins. */
  readonly at: number;
  readonly numerator: number;
  /** 1 where nothing is divided. */
  readonly denominator: number;
}

/** Every stretch of so many steps, oldest first; in each a part is at most its whole, or the data are bad. */
export function summed(gate: LimitGate, { numerator, denominator, steps: of }: Stretches, steps = of): Measured<readonly Stretch[]> {
  const sums = (course: Course) => slidingSums(countsOf(course), steps).map((sum) => Math.max(0, sum - course.floorRate * steps));
  const wholes = denominator && sums(denominator);
  const stretches: Stretch[] = [];
  for (const [i, part] of sums(numerator).entries()) {
    const quotient = checkedQuotient(gate, { numerator: part, denominator: wholes?.[i] ?? 1 });
    if (!quotient.ok) return quotient;
    stretches.push({ at: numerator.starts[i] ?? 0, ...quotient.value });
  }
  return measured(stretches);
}

export interface SurelyAbove {
  readonly stretch: Stretch;
  readonly low: number;
  readonly sure: boolean;
}

/**
 * The first of the stretches whose share is surely above a limit, else the first of them; null of none. The error rate of the
 * gate is shared among all stretches (Bonferroni), because each of them is a chance to err, those that overlap as well.
 */
export function surelyAbove(gate: LimitGate, candidates: readonly Stretch[], chances: number): SurelyAbove | null {
  const confidence = sharedConfidence(gate, chances);
  const known = new Map<string, number>();
  const lowOf = ({ numerator: k, denominator: n }: Stretch) => {
    const key = `${k}/${n}`;
    const low = known.get(key) ?? lowerBound(k, n, confidence);
    known.set(key, low);
    return low;
  };
  const [first] = candidates;
  const stretch = candidates.find((each) => lowOf(each) > gate.max.value) ?? first;
  return stretch === undefined ? null : { stretch, low: lowOf(stretch), sure: lowOf(stretch) > gate.max.value };
}

export function sharedConfidence(gate: LimitGate, chances: number): number {
  return 1 - (1 - gate.confidence) / chances;
}
