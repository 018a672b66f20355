import { quantileR6 } from './not-ours';
import type { KeptnComparison } from './shapes/decision-tables';

/** `<=+10.5%`: at most 10.5 percent more than before. */
export interface Criterion {
  readonly operator: '<' | '<=' | '=' | '>=' | '>';
  readonly value: number;
  readonly percentage: boolean;
  /** Against what was measured before, and not a fixed number. */
  readonly comparison: boolean;
  /** More than before, or less. */
  readonly increase: boolean;
}

const CRITERION = /^(<=|<|=|>=|>)([+-]?)(\d+(?:\.\d+)?)(%?)$/;

export function readCriterion(text: string): Criterion {
  const [, operator, sign, value, percent] = CRITERION.exec(text.replaceAll(' ', '')) ?? [];
  if (operator === undefined) throw new RangeError(`keptnCriteria: cannot read ${JSON.stringify(text)}`);
  const comparison = sign !== '';
  return {
    operator: operator as Criterion['operator'],
    value: Number(value),
    percentage: percent === '%',
    comparison,
    increase: sign === '+',
  };
}

/** Keptn's rule, restated from its tests (commit 318a3d5): without anything to compare with, a comparison holds. */
export function keptnHolds(criterion: Criterion, { value, previous, agg }: KeptnComparison): boolean {
  if (criterion.comparison && previous.length === 0) return true;
  if (value === 'any') throw new RangeError('keptnCriteria: no value to judge');
  const target = criterion.comparison ? targetOf(criterion, aggregated(previous, agg)) : criterion.value;
  switch (criterion.operator) {
    case '<':
      return value < target;
    case '<=':
      return value <= target;
    case '=':
      return value === target;
    case '>=':
      return value >= target;
    case '>':
      return value > target;
  }
}

/** The one number that earlier results become. */
export function aggregated(previous: readonly number[], agg: KeptnComparison['agg']): number {
  if (agg !== 'avg') return quantileR6(previous, Number(agg.slice(1)) / 100);
  return previous.reduce((sum, value) => sum + value, 0) / previous.length;
}

function targetOf({ percentage, increase, value }: Criterion, before: number): number {
  const change = (increase ? 1 : -1) * value;
  return percentage ? before * (1 + change / 100) : before + change;
}
