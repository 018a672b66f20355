import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { counted } from '../format';
import { clientCounter, clientTotals } from '../measure/client';
import { type Measured, measured, unmeasured } from '../measure/measured';
import { measureWindow } from '../measure/value';
import { isProportion } from '../policy/expression';
import type { LimitGate } from '../policy/gate';
import { minRequestsOf } from './rules';

/** Both sides of a quotient over the whole judged window. */
export interface Quotient {
  readonly numerator: number;
  readonly denominator: number;
}

export function measureQuotient(gate: LimitGate, stage: StageEvidence, route: string | null): Measured<Quotient> {
  const numerator = measureCounter(gate.of.numerator, stage, route);
  if (!numerator.ok) return numerator;
  const denominator = measureCounter(gate.of.denominator ?? '', stage, route);
  if (!denominator.ok) return denominator;
  return checkedQuotient(gate, { numerator: numerator.value, denominator: denominator.value });
}

/** @returns bad data when more were counted of a part than of the whole */
export function checkedQuotient({ of }: LimitGate, quotient: Quotient): Measured<Quotient> {
  const { numerator, denominator } = quotient;
  if (!isProportion(of) || numerator <= denominator) return measured(quotient);
  return unmeasured('bad-data', `${of.numerator} (${numerator}) exceeds ${of.denominator} (${denominator})`);
}

function measureCounter(name: string, stage: StageEvidence, route: string | null): Measured<number> {
  if (metricNamed(name).source === 'k6') return clientCounter(stage, name, route);
  const window = measureWindow(stage, metricNamed(name));
  return window.ok ? measured(window.value.value) : window;
}

/** A value that is no quotient, and what it was drawn from. */
export interface Reading {
  readonly value: number;
  readonly n: number;
  readonly noun: string;
}

export function measureValue(gate: LimitGate, stage: StageEvidence, route: string | null): Measured<Reading> {
  return metricNamed(gate.of.numerator).source === 'k6' ? clientValue(gate, stage, route) : cloudWatchValue(gate, stage);
}

function cloudWatchValue(gate: LimitGate, stage: StageEvidence): Measured<Reading> {
  const window = measureWindow(stage, metricNamed(gate.of.numerator));
  if (!window.ok) return window;
  const { value, periods } = window.value;
  if (periods < (gate.minDatapoints ?? 1))
    return unmeasured('too-few-datapoints', `${counted(periods, 'datapoint')} of ${gate.of.numerator}, ${gate.minDatapoints} are needed`);
  return measured({ value, n: periods, noun: 'datapoint' });
}

function clientValue(gate: LimitGate, stage: StageEvidence, route: string | null): Measured<Reading> {
  const totals = clientTotals(stage, route);
  if (!totals.ok) return totals;
  const { requests, p95 } = totals.value;
  const name = gate.of.numerator;
  const needed = minRequestsOf(gate);
  if (requests < needed) return unmeasured('too-few-requests', `${counted(requests, 'request')}, ${needed} are needed`);
  const value = metricNamed(name).kind === 'latency' ? p95 : clientCounter(stage, name, route);
  if (value === null) return unmeasured('metric-missing', 'k6 timed no request');
  if (typeof value === 'number') return measured({ value, n: requests, noun: 'request' });
  return value.ok ? measured({ value: value.value, n: requests, noun: 'request' }) : value;
}
