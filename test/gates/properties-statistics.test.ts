import fc from 'fast-check';
import { histogramQuantile } from '../../src/gates/measure/histogram';
import { lowerBound, upperBound } from '../../src/gates/stats/clopper-pearson';
import { quantile } from '../../src/gates/stats/quantile';
import { RUNS } from './random-run';

describe('statistics', () => {
  test('Clopper-Pearson bounds enclose the observed share and tighten with n', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        const k = Math.round(n * share);
        const low = lowerBound(k, n, 0.95);
        const high = upperBound(k, n, 0.95);
        expect(low).toBeLessThanOrEqual(k / n + 1e-12);
        expect(high).toBeGreaterThanOrEqual(k / n - 1e-12);
        expect(lowerBound(k * 2, n * 2, 0.95)).toBeGreaterThanOrEqual(low - 1e-9);
      }),
      RUNS,
    );
  });

  test('a histogram never reports less than the nearest-rank quantile of what went in', () => {
    const bounds = [1, 2, 4, 8, 16, 32, 64, 128];
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 128 }), { minLength: 1 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, q) => {
          const histogram = bounds.map((bound, i): [number, number] => [
            bound,
            values.filter((value) => value <= bound && value > (bounds[i - 1] ?? 0)).length,
          ]);
          const exact = values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1] ?? 0;
          const read = histogramQuantile(histogram, q) ?? 0;
          expect(read).toBeGreaterThanOrEqual(exact);
          expect(read).toBeLessThan(2 * exact + 1);
        },
      ),
      RUNS,
    );
  });

  test('quantiles lie within the sample', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (sample, q) => {
          expect(quantile(sample, q)).toBeGreaterThanOrEqual(Math.min(...sample));
          expect(quantile(sample, q)).toBeLessThanOrEqual(Math.max(...sample));
        },
      ),
      RUNS,
    );
  });
});
