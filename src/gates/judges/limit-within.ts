import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { counted, formatPercent, formatValue } from '../format';
import { isProportion } from '../policy/expression';
import type { LimitGate } from '../policy/gate';
import { type Judgement, judgement, notMeasured } from './judgement';
import { measureValue } from './limit-measure';
import { measureStretches, type Stretch, type Stretches, summed, surelyAbove } from './limit-stretch';
import { limitOf, sharedWords, stretchDetails, stretchWords, subjectOf, withinLimit } from './limit-words';
import { minRequestsOf } from './rules';

/** Every stretch of the judged window against the limit: the worst one decides. */
export function judgeWithin(gate: LimitGate, wantedMs: number, stage: StageEvidence, route: string | null): Judgement {
  const read = measureStretches(gate, wantedMs, stage, route);
  if (!read.ok) return notMeasured(read, limitOf(gate));
  const stretches = summed(gate, read.value);
  if (!stretches.ok) return notMeasured(stretches, limitOf(gate));
  if (gate.of.denominator === null) return judgeSums(gate, stretches.value, read.value, stage, route);
  return isProportion(gate.of)
    ? judgeShares(gate, stretches.value, read.value, route)
    : judgeRatios(gate, stretches.value, read.value, route);
}

/** A stretch without anything to divide by has too few requests, whatever its value. */
function shareOf({ numerator, denominator }: Stretch): number {
  return denominator > 0 ? numerator / denominator : 0;
}

function judgeSums(gate: LimitGate, stretches: readonly Stretch[], all: Stretches, stage: StageEvidence, route: string | null): Judgement {
  const whole = measureValue(gate, stage, route);
  if (!whole.ok) return notMeasured(whole, limitOf(gate));
  const { at, numerator: value } = worstOf(stretches);
  const rest = { ...limitOf(gate), value, n: whole.value.n, details: stretchDetails(all, at) };
  const seen = `${subjectOf(gate, route)}: ${formatValue(value, rest.unit)} in the ${stretchWords(all.stretchMs, at)}, limit ${formatValue(gate.max.value, rest.unit)} in every stretch (${counted(whole.value.n, whole.value.noun)})`;
  return value > gate.max.value ? judgement('above-limit', `${seen}.`, rest) : withinLimit(gate, value, seen, rest);
}

function judgeRatios(gate: LimitGate, stretches: readonly Stretch[], all: Stretches, route: string | null): Judgement {
  const needed = minRequestsOf(gate);
  const enough = stretches.filter(({ denominator }) => denominator >= needed);
  const decides = (stretch: Stretch) => {
    const { at, numerator, denominator } = stretch;
    const value = shareOf(stretch);
    const details = { numerator, denominator, ...stretchDetails(all, at) };
    const what = metricNamed(gate.of.denominator ?? '').what;
    const seen = `${subjectOf(gate, route)}: ${formatValue(numerator, 'count')} for ${formatValue(denominator, 'count')} ${what} in the ${stretchWords(all.stretchMs, at)}, ${formatValue(value, 'ratio')} each, limit ${formatValue(gate.max.value, 'ratio')} in every stretch`;
    return { value, seen, rest: { ...limitOf(gate), value, n: Math.round(denominator), details } };
  };
  const worst = decides(worstOf(enough.length > 0 ? enough : stretches));
  if (enough.length > 0 && worst.value > gate.max.value) return judgement('above-limit', `${worst.seen}.`, worst.rest);
  const thin = thinnest(stretches);
  if (thin.denominator < needed) return tooFew(gate, thin, all, needed, worst);
  return withinLimit(gate, worst.value, worst.seen, worst.rest);
}

function judgeShares(gate: LimitGate, stretches: readonly Stretch[], all: Stretches, route: string | null): Judgement {
  const needed = minRequestsOf(gate);
  const max = gate.max.value;
  const above = surelyAbove(
    gate,
    stretches.filter((stretch) => shareOf(stretch) > max).toSorted((a, b) => shareOf(b) - shareOf(a)),
    all.chances,
  );
  const decisive = above?.stretch ?? worstOf(stretches);
  const { at, numerator: k, denominator: n } = decisive;
  const value = shareOf(decisive);
  const details = { events: k, requests: n, low: above?.low ?? null, minRequests: needed, ...stretchDetails(all, at) };
  const rest = { ...limitOf(gate), value, n: Math.round(n), details };
  const seen = `${subjectOf(gate, route)}: ${k} of ${counted(n, 'request')} (${formatPercent(value)}) in the ${stretchWords(all.stretchMs, at)}, limit ${formatPercent(max)} in every stretch`;
  if (above?.sure) {
    const text = `with ${sharedWords(gate, all)} the true share is above ${formatPercent(above.low)}`;
    return judgement('above-limit', `${seen}; ${text}.`, rest);
  }
  if (above !== null) {
    const text = `the true share could still be below the limit (with ${sharedWords(gate, all)} it is above ${formatPercent(above.low)})`;
    return judgement('undecided-proportion', `${seen}; ${text}.`, rest);
  }
  const thin = thinnest(stretches);
  return thin.denominator < needed ? tooFew(gate, thin, all, needed, { seen, rest }) : withinLimit(gate, value, seen, rest);
}

/** The highest; the first of equal ones. */
function worstOf(stretches: readonly Stretch[]): Stretch {
  return stretches.reduce((worst, each) => (shareOf(each) > shareOf(worst) ? each : worst));
}

function thinnest(stretches: readonly Stretch[]): Stretch {
  return stretches.reduce((least, each) => (each.denominator < least.denominator ? each : least));
}

function tooFew(
  { of }: LimitGate,
  { at, denominator }: Stretch,
  all: Stretches,
  needed: number,
  { seen, rest }: { readonly seen: string; readonly rest: Parameters<typeof judgement>[2] },
): Judgement {
  const thin = `${of.denominator} counted ${denominator} in the ${stretchWords(all.stretchMs, at)}, ${needed} are needed in every stretch`;
  return judgement('too-few-requests', `No verdict: ${thin}. ${seen}.`, { ...rest, n: Math.round(denominator) });
}
