import { cliffsDelta, hodgesLehmann, mannWhitney, mannWhitneyExact, shiftInterval } from '../../../src/gates/stats/mann-whitney';
import { pairwiseDifferences } from '../../../src/gates/stats/pairwise-differences';
import reference from '../../conformance/data/stats-reference.json';

function expectClose(actual: number | undefined, expected: number, tolerance = 1e-9): void {
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
}

describe.each(reference.twoSample)('against SciPy: $name', ({ a, b, mannWhitney: expected, hodgesLehmannShift, cliffsDelta: delta }) => {
  test('the normal approximation', () => {
    const actual = mannWhitney(a, b);
    expect(actual.u).toBe(expected.u);
    expectClose(actual.pTwoSided, expected['pAsymptotic_two-sided']);
    expectClose(actual.pGreater, expected.pAsymptotic_greater);
    expectClose(actual.pLess, expected.pAsymptotic_less);
  });

  test('the exact distribution, and none where values are equal', () => {
    const actual = mannWhitneyExact(a, b);
    const exact = expected as Readonly<Record<string, number | null | undefined>>;
    const twoSided = exact['pExact_two-sided'] ?? null;
    const tied = new Set([...a, ...b]).size < a.length + b.length;
    expect(actual === null).toBe(tied);
    // Of large samples the reference has no exact value.
    if (twoSided === null) return;
    expect(actual?.u).toBe(expected.u);
    expectClose(actual?.pTwoSided, twoSided);
    expectClose(actual?.pGreater, exact['pExact_greater'] ?? Number.NaN);
    expectClose(actual?.pLess, exact['pExact_less'] ?? Number.NaN);
  });

  test('the shift and the effect size', () => {
    expectClose(hodgesLehmann(a, b), hodgesLehmannShift);
    expectClose(cliffsDelta(a, b), delta);
  });

  test('the shift is the median of all differences, and ranks are theirs', () => {
    const all = a.flatMap((x) => b.map((y) => x - y)).sort((x, y) => x - y);
    expect(all.map((_, i) => pairwiseDifferences(a, b).ofRank(i + 1))).toEqual(all);
  });
});

describe('the interval of the shift, as R has it', () => {
  const a = [10, 20, 30, 40];
  const b = [1, 2, 3, 4];

  // Kayenta's MannWhitneySuite at commit a69573b (Apache-2.0): "Mann-Whitney Confidence Interval & Estimate".
  test('four against four at 95 % reach from the smallest difference to the largest', () => {
    expect(shiftInterval(a, b, 0.95)).toEqual({ shift: 22.5, low: 6, high: 39 });
    expect(shiftInterval(a, b, 0.5)).toEqual({ shift: 22.5, low: 17, high: 28 });
  });

  test('its ends are the outermost shifts that the rank test does not reject', () => {
    const x = [12, 15, 11, 19, 14, 22, 17, 13.5];
    const y = [9, 14.2, 10, 8, 16, 11.1, 7];
    const { low, high } = shiftInterval(x, y, 0.9);
    const p = (shift: number) =>
      mannWhitney(
        x.map((each) => each - shift),
        y,
      ).pTwoSided;
    for (const [end, away] of [
      [low, -1e-6],
      [high, 1e-6],
    ] as const) {
      expect(p(end - away)).toBeGreaterThan(0.1);
      expect(p(end + away)).toBeLessThan(0.1);
    }
  });

  test('it turns with the samples', () => {
    const { shift, low, high } = shiftInterval(a, b, 0.5);
    expect(shiftInterval(b, a, 0.5)).toEqual({ shift: -shift, low: -high, high: -low });
  });
});

describe('defined answers at the edges', () => {
  test('two constant samples: equal ones do not differ, others do', () => {
    const four = [4, 4, 4, 4, 4];
    expect(mannWhitney(four, four)).toEqual({ u: 12.5, z: 0, pTwoSided: 1, pGreater: 1, pLess: 1 });
    expect(hodgesLehmann([6, 6, 6, 6, 6], four)).toBe(2);
    expect(mannWhitney([6, 6, 6, 6, 6], four).pGreater).toBeLessThan(0.01);
    expect(shiftInterval([6, 6, 6, 6, 6], four, 0.9)).toEqual({ shift: 2, low: 2, high: 2 });
  });

  test('a sample without values is no sample', () => {
    expect(() => mannWhitney([], [1])).toThrow(RangeError);
    expect(() => hodgesLehmann([1], [])).toThrow(RangeError);
  });
});
