import type { StageEvidence } from '../evidence-schema';
import { counted, formatPercent, formatValue } from '../format';
import { type Measured, measured, unmeasured } from '../measure/measured';
import { slidingMinima } from '../measure/stretches';
import { isProportion } from '../policy/expression';
import type { LimitGate } from '../policy/gate';
import { type Judgement, judgement, notMeasured } from './judgement';
import { measureQuotient, measureValue } from './limit-measure';
import { measureStretches, type Stretches, summed, surelyAbove } from './limit-stretch';
import { limitOf, sharedWords, stretchDetails, stretchWords, subjectOf, withinLimit } from './limit-words';
import { minRequestsOf } from './rules';

/**
 * What lasted against the limit: the highest level that was held in every step of some stretch. A step in which nothing was
 * timed could have been anything: it decides nothing where the others decide already, and else there is no verdict.
 */
export function judgeFor(gate: LimitGate, wantedMs: number, stage: StageEvidence, route: string | null): Judgement {
  const whole = wholeOf(gate, stage, route);
  if (!whole.ok) return notMeasured(whole, limitOf(gate));
  const read = measureStretches(gate, wantedMs, stage, route);
  if (!read.ok) return notMeasured(read, limitOf(gate));
  const levels = levelsOf(gate, read.value);
  if (!levels.ok) return notMeasured(levels, limitOf(gate));
  const held = heldOf(levels.value, read.value);
  return decide(gate, read.value, held, { route, ...whole.value });
}

interface Whole {
  readonly n: number;
  readonly noun: string;
}

function wholeOf(gate: LimitGate, stage: StageEvidence, route: string | null): Measured<Whole> {
  if (gate.of.denominator === null) return measureValue(gate, stage, route);
  const quotient = measureQuotient(gate, stage, route);
  return quotient.ok ? measured({ n: Math.round(quotient.value.denominator), noun: 'request' }) : quotient;
}

/** One level for each step; null where nothing was timed or nothing could be divided. */
function levelsOf(gate: LimitGate, all: Stretches): Measured<readonly (number | null)[]> {
  const { numerator, denominator } = all;
  if (denominator === null) {
    return measured(numerator.values.map((value) => (value === null ? null : Math.max(0, value - numerator.floorRate))));
  }
  const steps = summed(gate, all, 1);
  return steps.ok ? measured(steps.value.map((step) => (step.denominator > 0 ? step.numerator / step.denominator : null))) : steps;
}

interface Held {
  /** For each stretch the level that it surely held, and the one that it held at most. */
  readonly sure: readonly number[];
  readonly most: readonly number[];
  readonly unknown: number;
}

function heldOf(levels: readonly (number | null)[], { steps }: Stretches): Held {
  return {
    sure: slidingMinima(
      levels.map((level) => level ?? Number.NEGATIVE_INFINITY),
      steps,
    ),
    most: slidingMinima(
      levels.map((level) => level ?? Number.POSITIVE_INFINITY),
      steps,
    ),
    unknown: levels.filter((level) => level === null).length,
  };
}

function decide(
  gate: LimitGate,
  all: Stretches,
  { sure, most, unknown }: Held,
  whole: Whole & { readonly route: string | null },
): Judgement {
  const max = gate.max.value;
  const { unit } = limitOf(gate);
  const seenAt = (at: number, value: number) => {
    const start = all.numerator.starts[at] ?? 0;
    const seen = `${subjectOf(gate, whole.route)}: ${formatValue(value, unit)} held for the ${stretchWords(all.stretchMs, start)}, limit ${formatValue(max, unit)} (${counted(whole.n, whole.noun)})`;
    return { seen, rest: { ...limitOf(gate), value, n: whole.n, details: stretchDetails(all, start) } };
  };
  const above = sure.flatMap((value, at) => (value > max ? [{ at, value }] : [])).toSorted((a, b) => b.value - a.value);
  const [highest] = above;
  if (highest !== undefined && isProportion(gate.of)) return decideShare(gate, all, above, seenAt);
  if (highest !== undefined) {
    const { seen, rest } = seenAt(highest.at, highest.value);
    return judgement('above-limit', `${seen}.`, rest);
  }
  const at = indexOfHighest(most);
  const value = most[at] ?? 0;
  if (value > max) {
    const detail = `${gate.of.text} has no value in ${unknown} of ${all.numerator.starts.length} steps, so that more than ${formatValue(max, unit)} may have been held`;
    return notMeasured(unmeasured('metric-missing', detail), { ...limitOf(gate), n: whole.n });
  }
  const { seen, rest } = seenAt(at, value);
  const needed = minRequestsOf(gate);
  if (gate.of.denominator !== null && whole.n < needed) {
    return judgement('too-few-requests', `${seen}; ${needed} requests are needed for a verdict.`, rest);
  }
  return withinLimit(gate, value, seen, rest);
}

/** Every step was above the limit; that this was no chance is asked of the stretch as a whole. */
function decideShare(
  gate: LimitGate,
  all: Stretches,
  above: readonly { readonly at: number; readonly value: number }[],
  seenAt: (at: number, value: number) => { readonly seen: string; readonly rest: Parameters<typeof judgement>[2] },
): Judgement {
  const stretches = summed(gate, all);
  if (!stretches.ok) return notMeasured(stretches, limitOf(gate));
  const candidates = above.flatMap(({ at }) => stretches.value[at] ?? []);
  const decisive = surelyAbove(gate, candidates, all.chances);
  const { at, value } = above.find((each) => stretches.value[each.at] === decisive?.stretch) ?? { at: 0, value: 0 };
  const { seen, rest } = seenAt(at, value);
  const low = decisive?.low ?? 0;
  const details = { ...rest.details, low };
  const bound = `with ${sharedWords(gate, all)} the true share was above ${formatPercent(low)}`;
  if (decisive?.sure) return judgement('above-limit', `${seen}; ${bound}.`, { ...rest, details });
  return judgement('undecided-proportion', `${seen}; it could still have been below the limit (${bound}).`, { ...rest, details });
}

function indexOfHighest(values: readonly number[]): number {
  let best = 0;
  for (const [at, value] of values.entries()) if (value > (values[best] ?? 0)) best = at;
  return best;
}
