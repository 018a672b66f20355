import { metricNamed } from '../catalogue';
import { formatDuration, formatPercent, formatValue } from '../format';
import { unitOf } from '../policy/expression';
import type { LimitGate } from '../policy/gate';
import { type Judgement, judgement } from './judgement';
import type { Stretches } from './limit-stretch';

/** A limit and the unit of it and of what it limits. */
export function limitOf(gate: LimitGate): { readonly limit: number; readonly unit: string } {
  return { limit: gate.max.value, unit: unitOf(gate.of) };
}

/** What is measured, to begin a sentence with. */
export function subjectOf(gate: LimitGate, route: string | null): string {
  const what = metricNamed(gate.of.numerator).what;
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}${route === null ? '' : ` on ${route}`}`;
}

/** A value that holds its limit; it may still be above the warning line. */
export function withinLimit(gate: LimitGate, value: number, seen: string, rest: Parameters<typeof judgement>[2]): Judgement {
  const warned = gate.warn !== undefined && value > gate.warn.value;
  const text = warned ? `${seen}; above the warning line of ${formatValue(gate.warn?.value ?? 0, rest.unit)}.` : `${seen}.`;
  return judgement('within-limit', text, { ...rest, warned });
}

/** `60 s from 2026-11-24T10:01:00.000Z on` */
export function stretchWords(stretchMs: number, startMs: number): string {
  return `${formatDuration(stretchMs)} from ${new Date(startMs).toISOString()} on`;
}

/** How sure a share of some stretch is. */
export function sharedWords({ confidence }: LimitGate, { chances }: Stretches): string {
  const shared = chances === 1 ? '' : `, shared among ${chances} stretches,`;
  return `${formatPercent(confidence)} confidence${shared}`;
}

/** Where the stretch lies that decided, in seconds from the start of the judged window. */
export function stretchDetails({ numerator, stretchMs, chances }: Stretches, at: number): Judgement['details'] {
  return { stretchSeconds: stretchMs / 1000, stretchFrom: (at - (numerator.starts[0] ?? at)) / 1000, stretches: chances };
}
