import fc from 'fast-check';
import { argoRow, argoRule } from '../../scripts/conformance/argo';
import { classifierRow } from '../../scripts/conformance/kayenta-classifier';
import { kayentaRule } from '../../scripts/conformance/kayenta-rule';
import type { ClassifierVector } from '../../scripts/conformance/shapes/judge-vectors';

/**
 * Vectors that no file holds, with what the other engine's rule expects of them: the differences are documented as rules, so they must
 * cover these as well.
 */
const values = (mean: number): fc.Arbitrary<number[]> =>
  fc.oneof(
    fc.array(
      fc.integer({ min: 0, max: 3 }).map((step) => mean + step),
      { maxLength: 12 },
    ),
    fc.array(fc.double({ min: mean, max: mean * 1.3 + 1, noNaN: true }), { minLength: 4, maxLength: 30 }),
    fc.constant<number[]>([mean, Number.NaN, mean, mean, mean, mean + 1]),
  );

const vectors: fc.Arbitrary<ClassifierVector> = fc.record({
  name: fc.constant('made up'),
  experiment: fc.oneof(values(0), values(10), values(12)),
  control: fc.oneof(values(0), values(10)),
  judge: fc.constantFrom('mannWhitney', 'mannWhitney', 'meanInequality'),
  tolerance: fc.constantFrom(0.1, 0.25),
  confLevel: fc.constantFrom(0.95, 0.98),
  effectSizeMeasure: fc.constant('meanRatio' as const),
  effectSizeThresholds: fc.constantFrom<[number, number]>([1, 1], [0.8, 1.2]),
  criticalThresholds: fc.constantFrom<[number, number]>([1, 1], [0.5, 2]),
  direction: fc.constantFrom('either', 'increase', 'decrease'),
  nanStrategy: fc.constantFrom('remove', 'replace'),
  isCriticalMetric: fc.boolean(),
  isDataRequired: fc.boolean(),
  mustHaveData: fc.constant(false),
  expect: fc.constant({}),
});

test('classified metrics', () => {
  fc.assert(
    fc.property(vectors, (vector) => {
      const { classification, critical } = kayentaRule(vector);
      const row = classifierRow({ ...vector, expect: { classification, critical } });
      expect(row).toMatchObject({ outcome: expect.stringMatching(/^(agrees|documented)$/) });
      expect(row.failOpen?.passed).not.toBe(true);
    }),
    { seed: 6, numRuns: 60 },
  );
});

test('counted measurements', () => {
  const limit = (...limits: readonly number[]) => fc.constantFrom(null, ...limits);
  const some = fc.integer({ min: 0, max: 6 });
  const rows = fc
    .record({
      failure: limit(-1, 0, 3),
      inconclusive: limit(1),
      streak: limit(3),
      count: limit(4, 9),
      bad: some,
      blind: some,
      good: some,
      terminating: fc.boolean(),
    })
    .map(({ failure, inconclusive, streak, count, bad, blind, good, terminating }) => {
      const seen = [bad, blind, good, good, 0, bad + blind + good] as const;
      return [failure, inconclusive, streak, count, ...seen, terminating] as const;
    });
  fc.assert(
    fc.property(rows, (row) => {
      const settled = argoRow([...row, argoRule([...row, ''])]);
      expect(settled).toMatchObject({ outcome: expect.stringMatching(/^(agrees|documented)$/) });
      expect(settled.failOpen?.passed).not.toBe(true);
    }),
    { seed: 6, numRuns: 60 },
  );
});
