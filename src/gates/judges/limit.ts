import { metricNamed } from '../catalogue';
import { counted, formatPercent, formatValue } from '../format';
import { type ClientTotals, clientTotals, routesOf } from '../measure/client';
import { type Measured, measured, unmeasured } from '../measure/measured';
import { measureWindow } from '../measure/value';
import { isProportion, unitOf } from '../policy/expression';
import type { LimitGate } from '../policy/gate';
import { REASONS } from '../reasons';
import { lowerBound, upperBound } from '../stats/clopper-pearson';
import { type JudgeContext, type Judgement, judgement, notMeasured } from './judgement';
import { MIN_LATENCY_REQUESTS, minRequestsOf } from './rules';

/**
 * A measurement against its limit. A proportion fails when the exact lower bound of its share exceeds the limit, passes
 * when the observed share does not and enough requests were seen, and is undecided between. Everything else is compared
 * directly.
 */
export function judgeLimit(gate: LimitGate, context: JudgeContext): Judgement {
  if (!gate.of.perRoute) return judgeOne(gate, context, gate.route ?? null);
  const routes = routesOf(context.stage);
  if (routes.length === 0) return notMeasured(unmeasured('metric-missing', 'k6 counted no request in the judged window'), limits(gate));
  // The worst route decides: failed before inconclusive before passed, then the highest value.
  const rank = ({ reason }: Judgement) => ['failed', 'inconclusive', 'passed'].indexOf(REASONS[reason].verdict);
  const judged = routes.map((route) => judgeOne(gate, context, route));
  return judged.toSorted((a, b) => rank(a) - rank(b) || (b.value ?? -1) - (a.value ?? -1))[0] as Judgement;
}

function judgeOne(gate: LimitGate, context: JudgeContext, route: string | null): Judgement {
  if (gate.of.denominator === null) return judgeValue(gate, context, route);
  const quotient = measureQuotient(gate, context, route);
  if (!quotient.ok) return notMeasured(quotient, limits(gate));
  return isProportion(gate.of) ? judgeProportion(gate, quotient.value, route) : judgeRatio(gate, quotient.value, route);
}

interface Quotient {
  readonly numerator: number;
  readonly denominator: number;
}

function measureQuotient(gate: LimitGate, { stage }: JudgeContext, route: string | null): Measured<Quotient> {
  const read = (name: string) => measureCounter(name, stage, route);
  const numerator = read(gate.of.numerator);
  if (!numerator.ok) return numerator;
  const denominator = read(gate.of.denominator ?? '');
  if (!denominator.ok) return denominator;
  if (isProportion(gate.of) && numerator.value > denominator.value) {
    return unmeasured('bad-data', `${gate.of.numerator} (${numerator.value}) exceeds ${gate.of.denominator} (${denominator.value})`);
  }
  return measured({ numerator: numerator.value, denominator: denominator.value });
}

const CLIENT_COUNTERS: Readonly<Record<string, (totals: ClientTotals) => number>> = {
  'client.requests': ({ requests }) => requests,
  'client.failed': ({ failed }) => failed,
  'client.checksFailed': ({ checksFailed }) => checksFailed,
};

function measureCounter(name: string, stage: JudgeContext['stage'], route: string | null): Measured<number> {
  const counter = CLIENT_COUNTERS[name];
  if (counter !== undefined) {
    const totals = clientTotals(stage, route);
    return totals.ok ? measured(counter(totals.value)) : totals;
  }
  const window = measureWindow(stage, metricNamed(name));
  return window.ok ? measured(window.value.value) : window;
}

function judgeProportion(gate: LimitGate, { numerator: k, denominator: n }: Quotient, route: string | null): Judgement {
  const needed = minRequestsOf(gate);
  if (n === 0) return notMeasured(unmeasured('too-few-requests', `no request was seen, ${needed} are needed`), limits(gate));
  const max = gate.max.value;
  const value = k / n;
  const low = lowerBound(k, n, gate.confidence);
  const rest = {
    ...limits(gate),
    value,
    n: Math.round(n),
    details: { events: k, requests: n, low, high: upperBound(k, n, gate.confidence), minRequests: needed },
  };
  const seen = `${subject(gate, route)}: ${k} of ${counted(n, 'request')} (${formatPercent(value)}), limit ${formatPercent(max)}`;
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
    return notMeasured(unmeasured('too-few-requests', detail), { ...limits(gate), n: denominator });
  }
  const value = numerator / denominator;
  const rest = { ...limits(gate), value, n: Math.round(denominator), details: { numerator, denominator } };
  const seen = `${subject(gate, route)}: ${formatValue(numerator, 'count')} for ${formatValue(denominator, 'count')} ${metricNamed(gate.of.denominator ?? '').what}, ${formatValue(value, 'ratio')} each, limit ${formatValue(gate.max.value, 'ratio')}`;
  return value > gate.max.value ? judgement('above-limit', `${seen}.`, rest) : withinLimit(gate, value, seen, rest);
}

function judgeValue(gate: LimitGate, { stage }: JudgeContext, route: string | null): Judgement {
  const name = gate.of.numerator;
  const reading = metricNamed(name).source === 'k6' ? clientValue(gate, stage, route) : cloudWatchValue(gate, stage);
  if (!reading.ok) return notMeasured(reading, limits(gate));
  const { value, n, noun } = reading.value;
  const rest = { ...limits(gate), value, n };
  const { unit } = limits(gate);
  const seen = `${subject(gate, route)}: ${formatValue(value, unit)} over ${counted(n, noun)}, limit ${formatValue(gate.max.value, unit)}`;
  return value > gate.max.value ? judgement('above-limit', `${seen}.`, rest) : withinLimit(gate, value, seen, rest);
}

interface Reading {
  readonly value: number;
  readonly n: number;
  readonly noun: string;
}

function cloudWatchValue(gate: LimitGate, stage: JudgeContext['stage']): Measured<Reading> {
  const window = measureWindow(stage, metricNamed(gate.of.numerator));
  if (!window.ok) return window;
  const { value, periods } = window.value;
  if (periods < (gate.minDatapoints ?? 1))
    return unmeasured('too-few-datapoints', `${counted(periods, 'datapoint')} of ${gate.of.numerator}, ${gate.minDatapoints} are needed`);
  return measured({ value, n: periods, noun: 'datapoint' });
}

function clientValue(gate: LimitGate, stage: JudgeContext['stage'], route: string | null): Measured<Reading> {
  const totals = clientTotals(stage, route);
  if (!totals.ok) return totals;
  const { requests, p95 } = totals.value;
  const name = gate.of.numerator;
  if (name === 'load.dropped') return measured({ value: stage.load?.dropped ?? 0, n: requests, noun: 'request' });
  const needed = gate.minRequests ?? (name === 'client.p95' ? MIN_LATENCY_REQUESTS : 1);
  if (requests < needed) return unmeasured('too-few-requests', `${counted(requests, 'request')}, ${needed} are needed`);
  if (name !== 'client.p95') return measured({ value: CLIENT_COUNTERS[name]?.(totals.value) ?? 0, n: requests, noun: 'request' });
  return p95 === null ? unmeasured('metric-missing', 'k6 timed no request') : measured({ value: p95, n: requests, noun: 'request' });
}

function withinLimit(gate: LimitGate, value: number, seen: string, rest: Parameters<typeof judgement>[2]): Judgement {
  const warned = gate.warn !== undefined && value > gate.warn.value;
  const text = warned ? `${seen}; above the warning line of ${formatValue(gate.warn?.value ?? 0, rest.unit)}.` : `${seen}.`;
  return judgement('within-limit', text, { ...rest, warned });
}

function limits(gate: LimitGate): { readonly limit: number; readonly unit: string } {
  return { limit: gate.max.value, unit: unitOf(gate.of) };
}

function subject(gate: LimitGate, route: string | null): string {
  const what = metricNamed(gate.of.numerator).what;
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}${route === null ? '' : ` on ${route}`}`;
}
