import { formatDuration, formatNumber, formatPercent } from '../gates/format';
import type { GateVerdict } from '../gates/report-schema';
import { plain } from './escape';

/** What stands in a cell that has no value: never empty, so that nobody takes it for a zero. */
export const NO_VALUE = '–';

/** Which side of its limit a value must be on. */
export type Comparator = 'at-most' | 'at-least';

/** Load must reach its limit; everything else must stay below it. */
export function comparatorOf(gate: Pick<GateVerdict, 'judge'>): Comparator {
  return gate.judge === 'load-validity' ? 'at-least' : 'at-most';
}

/** A number with thousands separated by commas: 18000 is `18,000`. */
export function formatCount(value: number): string {
  const [whole = '', decimals] = formatNumber(value).split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

/** Units as a table cell writes them; the gate's own message has them in full. */
const SHORT_UNITS: Readonly<Record<string, string>> = {
  count: '',
  ratio: '',
  connections: '',
  'connections per environment': 'per env.',
};

/** A value in its unit; `fraction` becomes percent and `ms` the unit that a person would choose. `null` is a dash. */
export function formatQuantity(value: number | null, unit: string): string {
  if (value === null) return NO_VALUE;
  if (unit === 'fraction') return formatPercent(value);
  if (unit === 'ms') return formatDuration(value);
  const short = SHORT_UNITS[unit] ?? plain(unit, 40);
  return short === '' ? formatCount(value) : `${formatCount(value)} ${short}`;
}

/** What a gate observed, in the terms of its limit. */
export function formatObserved(gate: Pick<GateVerdict, 'judge' | 'value' | 'unit' | 'of'>): string {
  return gate.value === null ? 'no value' : inTermsOf(gate, gate.value);
}

/** The limit with its comparator: `≤ 0.1 %`. */
export function formatLimit(gate: Pick<GateVerdict, 'judge' | 'limit' | 'unit' | 'of'>): string {
  if (gate.limit === null) return NO_VALUE;
  return `${comparatorOf(gate) === 'at-most' ? '≤' : '≥'} ${inTermsOf(gate, gate.limit)}`;
}

/** A ratio says per what; the load's is a share of the plan. */
function inTermsOf({ judge, unit, of }: Pick<GateVerdict, 'judge' | 'unit' | 'of'>, value: number): string {
  if (unit !== 'ratio') return formatQuantity(value, unit);
  if (judge === 'load-validity') return `${formatPercent(value)} of plan`;
  const denominator = denominatorOf(of);
  return denominator === null ? formatCount(value) : `${formatCount(value)} per ${denominator.replace(/s$/, '')}`;
}

/** The last word of a quotient's denominator: `requests` in `api.5xx / api.requests`. */
function denominatorOf(of: string): string | null {
  return / \/ [a-z]+\.([A-Za-z0-9]+)/.exec(of)?.[1] ?? null;
}

/**
 * How much of the limit is left, as a fraction of it: 0.4 means that the value could move by 40 % of the limit, a
 * negative number that it is beyond. Positive is good in both directions.
 * @returns null without a value, without a limit, or for a limit of zero, which leaves no share to speak of
 */
export function headroom(gate: Pick<GateVerdict, 'judge' | 'limit' | 'value'>): number | null {
  if (gate.value === null || gate.limit === null || gate.limit === 0) return null;
  const left = comparatorOf(gate) === 'at-most' ? gate.limit - gate.value : gate.value - gate.limit;
  return left / Math.abs(gate.limit);
}

/** Headroom in words; far beyond the limit a factor is easier to grasp than a percentage. */
export function formatHeadroom(gate: Pick<GateVerdict, 'judge' | 'limit' | 'value'>): string {
  const left = headroom(gate);
  if (left === null) return zeroLimit(gate);
  if (left < -1 && comparatorOf(gate) === 'at-most') return `${formatCount(rounded(1 - left))} × limit`;
  return `${left < 0 ? '−' : ''}${formatCount(rounded(Math.abs(left) * 100))} %`;
}

function zeroLimit({ value, limit }: Pick<GateVerdict, 'limit' | 'value'>): string {
  return limit === 0 && value !== null && value > 0 ? 'over' : NO_VALUE;
}

/** Two significant decimals below ten, whole numbers above: nobody acts on more. */
function rounded(value: number): number {
  return value < 10 ? Number(value.toPrecision(2)) : Math.round(value);
}

/** The sample size with what was counted: `3,600 requests` where requests were counted, `12 datapoints` otherwise. */
export function formatSample(gate: Pick<GateVerdict, 'n' | 'of' | 'judge'>): string {
  const noun = sampledBy(gate);
  return `${formatCount(gate.n)} ${gate.n === 1 ? noun.replace(/s$/, '') : noun}`;
}

function sampledBy({ judge, of }: Pick<GateVerdict, 'of' | 'judge'>): string {
  if (judge === 'load-validity') return 'requests';
  if (judge === 'recovery') return 'seconds';
  return denominatorOf(of) ?? (of.startsWith('client.') ? 'requests' : 'datapoints');
}

/** A rate with one decimal: `60.0/s`. */
export function formatRate(perSecond: number): string {
  return `${perSecond.toFixed(1)}/s`;
}
