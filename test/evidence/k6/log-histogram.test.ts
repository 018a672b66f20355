import fc from 'fast-check';
import { addInto, createHistogram, quantileOf, record, toBuckets } from '../../../src/evidence/k6/log-histogram';

const durations = fc.array(fc.double({ min: 0.1, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 });

function histogramOf(values: readonly number[]) {
  const histogram = createHistogram();
  for (const value of values) record(histogram, value);
  return histogram;
}

describe('a logarithmic histogram', () => {
  it('gives a percentile that is never below the true one and at most 4.5 % above it', () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, q) => {
        const sorted = [...values].sort((a, b) => a - b);
        const truth = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] as number;
        const read = quantileOf(histogramOf(values), q) as number;
        expect(read).toBeGreaterThanOrEqual(truth - 0.001);
        expect(read).toBeLessThanOrEqual(truth * 1.045 + 0.001);
      }),
    );
  });

  it('keeps every value, in ascending buckets', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const buckets = toBuckets(histogramOf(values));
        expect(buckets.reduce((sum, [, count]) => sum + count, 0)).toBe(values.length);
        expect(buckets.map(([bound]) => bound)).toEqual([...buckets.map(([bound]) => bound)].sort((a, b) => a - b));
      }),
    );
  });

  it('puts what is no duration into its lowest bucket', () => {
    expect(toBuckets(histogramOf([0, -3, 0.0001]))).toEqual([[0.063, 3]]);
  });

  it('has no percentile without a value', () => {
    expect(quantileOf(createHistogram(), 0.95)).toBeNull();
  });

  it('adds up', () => {
    const target = histogramOf([1, 1, 8]);
    addInto(target, histogramOf([8, 100]));
    expect(toBuckets(target).map(([, count]) => count)).toEqual([2, 2, 1]);
  });
});
