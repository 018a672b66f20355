import { lowerBound, upperBound } from '../../../src/gates/stats/clopper-pearson';
import { hamedRao, mannKendall } from '../../../src/gates/stats/mann-kendall';
import { median, quantile } from '../../../src/gates/stats/quantile';
import { theilSen } from '../../../src/gates/stats/theil-sen';
import reference from '../data/stats-reference.json';

/** Relative where the number is large, absolute where it is small. */
function expectClose(actual: number, expected: number, tolerance = 1e-9): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
}

describe('against SciPy and pymannkendall', () => {
  test.each(reference.trend)('Mann-Kendall: $name', ({ y, mannKendall: expected }) => {
    const actual = mannKendall(y);
    expect(actual.s).toBe(expected.s);
    expectClose(actual.varS, expected.varS);
    expectClose(actual.z, expected.z);
    expectClose(actual.pTwoSided, expected.pTwoSided);
  });

  test.each(reference.trend)('Hamed-Rao: $name', ({ y, mannKendallHamedRao: expected }) => {
    const actual = hamedRao(y);
    if (expected.varS === null || expected.z === null || expected.pTwoSided === null) {
      expect(actual).toBeNull();
      return;
    }
    expectClose(actual?.varS ?? Number.NaN, expected.varS);
    expectClose(actual?.z ?? Number.NaN, expected.z);
    expectClose(actual?.pTwoSided ?? Number.NaN, expected.pTwoSided);
  });

  test.each(reference.trend)('Theil-Sen: $name', ({ y, theilSen: expected }) => {
    const at95 = theilSen(y, 0.95);
    const at99 = theilSen(y, 0.99);
    expectClose(at95.slope, expected.slope);
    expectClose(at95.intercept, expected.intercept);
    expectClose(at95.low, expected.low95);
    expectClose(at95.high, expected.high95);
    expectClose(at99.low, expected.low99);
    expectClose(at99.high, expected.high99);
  });

  test.each(reference.proportion)('Clopper-Pearson: $k of $n', (row) => {
    expectClose(lowerBound(row.k, row.n, 0.9), row.clopperPearsonLowerOneSided90);
    expectClose(upperBound(row.k, row.n, 0.9), row.clopperPearsonUpperOneSided90);
    expectClose(lowerBound(row.k, row.n, 0.95), row.clopperPearsonLowerOneSided95);
    expectClose(upperBound(row.k, row.n, 0.95), row.clopperPearsonUpperOneSided95);
    expectClose(lowerBound(row.k, row.n, 0.99), row.clopperPearsonLowerOneSided99);
    expectClose(upperBound(row.k, row.n, 0.99), row.clopperPearsonUpperOneSided99);
  });
});

describe('defined answers at the edges', () => {
  test('a constant series has no trend', () => {
    expect(mannKendall([4, 4, 4, 4, 4])).toMatchObject({ s: 0, z: 0, pTwoSided: 1 });
    expect(hamedRao([4, 4, 4, 4, 4])).toBeNull();
    expect(theilSen([4, 4, 4, 4, 4], 0.9)).toEqual({ slope: 0, intercept: 4, low: 0, high: 0 });
  });

  test('the one-sided p tells a rise from a fall', () => {
    expect(mannKendall([1, 2, 3, 4, 5, 6, 7, 8]).pIncreasing).toBeLessThan(0.001);
    expect(mannKendall([8, 7, 6, 5, 4, 3, 2, 1]).pIncreasing).toBeGreaterThan(0.999);
  });

  test('quantiles follow definition R-7, not R-6', () => {
    expect(quantile([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9)).toBeCloseTo(9, 12);
    expect(quantile([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5], 0.05)).toBeCloseTo(0.175, 12);
    expect(median([3, 1, 2, 10])).toBe(2.5);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});
