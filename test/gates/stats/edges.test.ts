import { lowerBound, upperBound } from '../../../src/gates/stats/clopper-pearson';
import { hamedRao, mannKendall } from '../../../src/gates/stats/mann-kendall';
import { median, quantile } from '../../../src/gates/stats/quantile';
import { theilSen } from '../../../src/gates/stats/theil-sen';

/** The values of SciPy and pymannkendall are compared in test/conformance. */
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

  test('none of some, and all of them, have one open end', () => {
    expect([lowerBound(0, 10, 0.95), upperBound(10, 10, 0.95)]).toEqual([0, 1]);
    // The rule of three: none failed in 3 / max requests.
    expect(upperBound(0, 3000, 0.95)).toBeLessThan(0.001);
    expect(upperBound(0, 2990, 0.95)).toBeGreaterThan(0.001);
  });
});
