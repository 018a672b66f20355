import { mannWhitney, shiftInterval } from '../../src/gates/stats/mann-whitney';
import { type Row, type Rule, settle } from './row';
import type { MannWhitneyVector } from './shapes/judge-vectors';

/** The tolerance of Kayenta's own suite, its constant E. */
const SUITE_TOLERANCE = 1e-6;
/** R and Kayenta search an end of the interval, and the estimate, until they are so close to it. */
const SEARCH = 1e-4;

interface Assertion {
  readonly expected: number;
  readonly actual: number;
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
    theirs: expected,
    ours: assertions,
    oursText: assertions.map(({ actual }) => actual).join('; '),
    agrees: off.length === 0,
    rules: RULES,
  });
}

function holds({ expected, actual, tolerance }: Assertion): boolean {
  return Math.abs(actual - expected) <= tolerance;
}

const DIFF = /^mannWhitney\.wilcoxonDiff\(([^,]+),([^,]+),\s*x,\s*y\)$/;

/** @param text `expected, expression, tolerance`, where the tolerance may be a constant of the suite */
function assertionOf(text: string, vector: MannWhitneyVector): Assertion {
  const [, left = '', expression = '', right = ''] = /^([^,]+),\s*(.+),\s*([^,]+)$/.exec(text) ?? [];
  const numeral = (word: string) => vector.consts[word.trim()] ?? Number(word);
  const tolerance = right.trim() === 'E' ? (vector.consts['E'] ?? SUITE_TOLERANCE) : numeral(right);
  const expected = numeral(left);
  const actual = computed(expression.trim(), vector, numeral);
  if (![expected, tolerance, actual.value].every(Number.isFinite)) throw new RangeError(`mannWhitney: cannot read ${JSON.stringify(text)}`);
  return { expected, tolerance, actual: actual.value, searched: actual.searched };
}

function computed(expression: string, { experiment: x, control: y, confLevel }: MannWhitneyVector, numeral: (word: string) => number) {
  const [, shift, quantile] = DIFF.exec(expression) ?? [];
  // How far the statistic of the shifted sample lies from a quantile of the normal distribution.
  if (shift !== undefined && quantile !== undefined) {
    const mu = numeral(shift);
    const z = mannWhitney(
      x.map((value) => value - mu),
      y,
    ).z;
    return { value: z - numeral(quantile), searched: false };
  }
  if (expression === 'result.pValue') return { value: mannWhitney(x, y).pTwoSided, searched: false };
  const { shift: estimate, low, high } = shiftInterval(x, y, confLevel);
  const results = { 'result.confidenceInterval.head': low, 'result.confidenceInterval.last': high, 'result.estimate': estimate };
  const value = Object.entries(results).find(([name]) => name === expression)?.[1];
  return { value: value ?? Number.NaN, searched: true };
}
