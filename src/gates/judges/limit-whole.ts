import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { counted, formatPercent, formatValue } from '../format';
import { unmeasured } from '../measure/measured';
import { isProportion } from '../policy/expression';
import type { LimitGate } from '../policy/gate';
import { lowerBound, upperBound } from '../stats/clopper-pearson';
import { type Judgement, judgement, notMeasured } from './judgement';
import { measureQuotient, measureValue, type Quotient } from './limit-measure';
import { limitOf, subjectOf, withinLimit } from './limit-words';
import { minRequestsOf } from './rules';

/** The whole judged window against the limit. */
export function judgeWhole(gate: LimitGate, stage: StageEvidence, route: string | null): Judgement {
  if (gate.of.denominator === null) return judgeValue(gate, stage, route);
  const quotient = measureQuotient(gate, stage, route);
  if (!quotient.ok) return notMeasured(quotient, limitOf(gate));
  return isProportion(gate.of) ? judgeProportion(gate, quotient.value, route) : judgeRatio(gate, quotient.value, route);
}

function judgeProportion(gate: LimitGate, { numerator: k, denominator: n }: Quotient, route: string | null): Judgement {
  const needed = minRequestsOf(gate);
  if (n === 0) return notMeasured(unmeasured('too-few-requests', `no request was seen, ${needed} are needed`), limitOf(gate));
  const max = gate.max.value;
  const value = k / n;
  const low = lowerBound(k, n, gate.confidence);
  const rest = {
    ...limitOf(gate),
    value,
    n: Math.round(n),
    details: { events: k, requests: n, low, high: upperBound(k, n, gate.confidence), minRequests: needed },
  };
  const seen = `${subjectOf(gate, route)}: ${k} of ${counted(n, 'request')} (${formatPercent(value)}), limit ${formatPercent(max)}`;
  const sure = formatPercent(gate.confidence);
  if (low > max) return judgement('above-limit', `${seen}; with ${sure} confidence the true share is above ${formatPercent(low)}.`, rest);
  if (value > max)
    return judgement(
      'undecided-proportion',
      `${seen}; the true share could still be below the limit (${sure} bound ${formatPercent(low)}).`,
      rest,
    );
  if (n < needed) return judgement('too-few-requests', `${seen}; ${needed} requests are needed for a verdict.`, rest);
  return withinLimit(gate, value, seen, rest);
}

function judgeRatio(gate: LimitGate, { numerator, denominator }: Quotient, route: string | null): Judgement {
  const needed = minRequestsOf(gate);
  if (denominator < needed) {
    const detail = `${gate.of.denominator} counted ${denominator}, ${needed} are needed`;
    return notMeasured(unmeasured('too-few-requests', detail), { ...limitOf(gate), n: denominator });
  }
  const value = numerator / denominator;
  const rest = { ...limitOf(gate), value, n: Math.round(denominator), details: { numerator, denominator } };
  const seen = `${subjectOf(gate, route)}: ${formatValue(numerator, 'count')} for ${formatValue(denominator, 'count')} ${metricNamed(gate.of.denominator ?? '').what}, ${formatValue(value, 'ratio')} each, limit ${formatValue(gate.max.value, 'ratio')}`;
  return value > gate.max.value ? judgement('above-limit', `${seen}.`, rest) : withinLimit(gate, value, seen, rest);
}

function judgeValue(gate: LimitGate, stage: StageEvidence, route: string | null): Judgement {
  const reading = measureValue(gate, stage, route);
  if (!reading.ok) return notMeasured(reading, limitOf(gate));
  const { value, n, noun } = reading.value;
  const rest = { ...limitOf(gate), value, n };
  const over = noun === 'datapoint' && metricNamed(gate.of.numerator).kind === 'latency' ? 'in the worst of' : 'over';
  const seen = `${subjectOf(gate, route)}: ${formatValue(value, rest.unit)} ${over} ${counted(n, noun)}, limit ${formatValue(gate.max.value, rest.unit)}`;
  return value > gate.max.value ? judgement('above-limit', `${seen}.`, rest) : withinLimit(gate, value, seen, rest);
}
