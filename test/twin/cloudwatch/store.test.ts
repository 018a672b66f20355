import fc from 'fast-check';
import { addSample, emptyAggregate, mergeInto, percentileOf } from '../../../src/twin/cloudwatch/aggregate';
import { createMetricStore } from '../../../src/twin/cloudwatch/store';

const datum = { namespace: 'N', metricName: 'M', dimensions: {}, unit: 'Count' };

test.each([0, -5_000, 1_500, Number.NaN])('a period of %p ms is no period', (periodMs) => {
  expect(() => createMetricStore({ periodMs, now: Date.now })).toThrow(RangeError);
});

test('values that are no numbers are not recorded', () => {
  const store = createMetricStore({ periodMs: 1_000, now: () => 0 });
  store.record({ ...datum, value: Number.NaN, at: 0 });
  store.record({ ...datum, value: Number.POSITIVE_INFINITY, at: 0 });
  store.record({ ...datum, value: 1, at: Number.NaN });
  expect(store.allSeries()).toEqual([]);
});

test('units are kept apart', () => {
  const store = createMetricStore({ periodMs: 1_000, now: () => 0 });
  store.record({ ...datum, value: 1, at: 0 });
  store.record({ ...datum, unit: 'Percent', value: 2, at: 0 });
  expect(store.seriesOf(datum).map(({ unit }) => unit)).toEqual(['Count', 'Percent']);
});

test('dimensions are copied: a caller that reuses its object changes nothing', () => {
  const store = createMetricStore({ periodMs: 1_000, now: () => 0 });
  const dimensions = { FunctionVersion: '1' };
  store.record({ ...datum, dimensions, value: 1, at: 0 });
  dimensions.FunctionVersion = '2';
  expect(store.allSeries()[0]?.identity.dimensions).toEqual({ FunctionVersion: '1' });
});

test('data are kept for three hours', () => {
  const hour = 3_600_000;
  let now = 0;
  const store = createMetricStore({ periodMs: 1_000, now: () => now });
  for (const at of [0, hour, 4 * hour]) {
    now = at;
    store.record({ ...datum, value: 1, at });
  }
  expect([...(store.seriesOf(datum)[0]?.buckets.keys() ?? [])]).toEqual([hour, 4 * hour]);
});

test('a percentile is a sample of that rank, within 0.25 %', () => {
  const samples = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(samples, fc.integer({ min: 0, max: 100 }), (values, percent) => {
      const aggregate = emptyAggregate();
      for (const value of values) addSample(aggregate, value, 1);
      const rank = Math.max(1, Math.ceil((percent / 100) * values.length));
      const exact = values.toSorted((a, b) => a - b)[rank - 1] ?? Number.NaN;
      expect(Math.abs(percentileOf(aggregate, percent) - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.0026);
    }),
  );
});

test('a merged aggregate is the aggregate of all samples', () => {
  const samples = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1 });
  fc.assert(
    fc.property(samples, samples, (left, right) => {
      const of = (values: readonly number[]) => {
        const aggregate = emptyAggregate();
        for (const value of values) addSample(aggregate, value, 1);
        return aggregate;
      };
      const merged = of(left);
      mergeInto(merged, of(right));
      const whole = of([...left, ...right]);
      expect(merged).toEqual(whole);
    }),
  );
});
