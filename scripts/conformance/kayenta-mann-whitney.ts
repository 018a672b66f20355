import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { mannWhitney, shiftInterval } from '../../src/gates/stats/mann-whitney';
import { brentRoot } from './brent';
import { type Row, type Rule, settle } from './row';
import type { MannWhitneyVector } from './shapes/judge-vectors';

/** The tolerance of Kayenta's own suite, its constant E. */
const SUITE_TOLERANCE = 1e-6;
/** R and Kayenta search an end of the interval, and the estimate, until they are so close to it. */
const SEARCH = 1e-4;

interface Assertion {
  readonly expected: number;
  /** How far the expectation may lie from what it is the rounding of. */
  readonly rounding: number;
  readonly actual: number;
  /** What upstream's own search or formula, restated, gives. */
  readonly theirs: number;
  readonly tolerance: number;
  /** Whether upstream finds the value by a search, and not by a formula. */
  readonly searched: boolean;
}

const RULES: readonly Rule<MannWhitneyVector, readonly Assertion[]>[] = [
  {
    reason: `R and Kayenta search the ends of the interval to within ${SEARCH}: of data that lie closer together theirs are not exact, ours are pairwise differences themselves`,
    covers: (_, assertions) =>
      assertions.every((each) => holds(each) || (each.searched && Math.abs(each.actual - each.expected) <= SEARCH)),
  },
];

export function mannWhitneyRow(vector: MannWhitneyVector): Row {
  const assertions = vector.asserts.map((text) => assertionOf(text, vector));
  const expected = vector.asserts.join('; ');
  const off = assertions.filter((each) => !holds(each));
  return settle({
    name: vector.name,
    vector,
    expected,
    theirs: assertions.every(isTheirs) ? expected : assertions.map(({ theirs }) => theirs).join('; '),
    ours: assertions,
    oursText: assertions.map(({ actual }) => actual).join('; '),
    agrees: off.length === 0,
    rules: RULES,
  });
}

function holds({ expected, actual, tolerance }: Assertion): boolean {
  return Math.abs(actual - expected) <= tolerance;
}

/** The suite's own tolerance would hide a changed digit: an expectation is the rounding of what upstream gives. */
function isTheirs({ expected, theirs, rounding }: Assertion): boolean {
  return Math.abs(theirs - expected) <= rounding;
}

const DIFF = /^mannWhitney\.wilcoxonDiff\(([^,]+),([^,]+),\s*x,\s*y\)$/;

/** @param text `expected, expression, tolerance`, where the tolerance may be a constant of the suite */
function assertionOf(text: string, vector: MannWhitneyVector): Assertion {
  const [, left = '', expression = '', right = ''] = /^([^,]+),\s*(.+),\s*([^,]+)$/.exec(text) ?? [];
  const numeral = (word: string) => vector.consts[word.trim()] ?? Number(word);
  const tolerance = right.trim() === 'E' ? (vector.consts['E'] ?? SUITE_TOLERANCE) : numeral(right);
  const expected = numeral(left);
  const values = computed(expression.trim(), vector, numeral);
  if (![expected, tolerance, values.actual].every(Number.isFinite))
    throw new RangeError(`mannWhitney: cannot read ${JSON.stringify(text)}`);
  return { expected, tolerance, rounding: roundingOf(String(vector.consts[left.trim()] ?? left)), ...values };
}

/** Half a unit of the last digit that is written, and what arithmetic loses. */
function roundingOf(numeral: string): number {
  const [, decimals = '', exponent = '0'] = /^[^.e]*(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(numeral.trim()) ?? [];
  return 0.5 * 10 ** (Number(exponent) - decimals.length) + 1e-12;
}

type Computed = Pick<Assertion, 'actual' | 'theirs' | 'searched'>;

function computed(expression: string, vector: MannWhitneyVector, numeral: (word: string) => number): Computed {
  const { experiment: x, control: y, confLevel } = vector;
  const [, shift, quantile] = DIFF.exec(expression) ?? [];
  const formula = (value: number) => ({ actual: value, theirs: value, searched: false });
  // How far the statistic of the shifted sample lies from a quantile of the normal distribution.
  if (shift !== undefined && quantile !== undefined) return formula(distance(vector, numeral(shift), numeral(quantile)));
  if (expression === 'result.pValue') return formula(mannWhitney(x, y).pTwoSided);
  const { shift: estimate, low, high } = shiftInterval(x, y, confLevel);
  const quantileOfEnd = normalQuantile((1 + confLevel) / 2, 0, 1);
  const searched = {
    'result.confidenceInterval.head': [low, quantileOfEnd],
    'result.confidenceInterval.last': [high, -quantileOfEnd],
    'result.estimate': [estimate, 0],
  } as const;
  const [actual, target] = Object.entries(searched).find(([name]) => name === expression)?.[1] ?? [Number.NaN, 0];
  return { actual, theirs: searchedShift(vector, target), searched: true };
}

/** R's and Kayenta's search for the shift at which the statistic meets a quantile: between all values apart. */
function searchedShift(vector: MannWhitneyVector, quantile: number): number {
  const { experiment: x, control: y } = vector;
  const bracket = { low: Math.min(...x) - Math.max(...y), high: Math.max(...x) - Math.min(...y), tolerance: SEARCH };
  return brentRoot((shift) => distance(vector, shift, quantile), bracket);
}

function distance({ experiment, control }: MannWhitneyVector, shift: number, quantile: number): number {
  const shifted = experiment.map((value) => value - shift);
  return mannWhitney(shifted, control).z - quantile;
}
