import fc from 'fast-check';
import { slidingMinima, slidingSums, stepsOf } from '../../../src/gates/measure/stretches';

const values = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 });
const length = fc.integer({ min: 1, max: 12 });

/** Every stretch, written out. */
function stretches(all: readonly number[], of: number): readonly (readonly number[])[] {
  return all.flatMap((_, at) => (at + of <= all.length ? [all.slice(at, at + of)] : []));
}

test('sums and minima of every stretch, as if each were computed for itself', () => {
  fc.assert(
    fc.property(values, length, (all, of) => {
      expect(slidingSums(all, of)).toEqual(stretches(all, of).map((part) => part.reduce((sum, value) => sum + value, 0)));
      expect(slidingMinima(all, of)).toEqual(stretches(all, of).map((part) => Math.min(...part)));
    }),
  );
});

test('what is not there is neither the lowest nor the highest', () => {
  expect(slidingMinima([3, Number.NEGATIVE_INFINITY, 5, 6], 2)).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 5]);
  expect(slidingMinima([Number.POSITIVE_INFINITY, 4, Number.POSITIVE_INFINITY], 1)).toEqual([Infinity, 4, Infinity]);
});

test('a stretch is rounded up to whole steps', () => {
  expect([1, 5000, 5001, 12_000].map((ms) => stepsOf(ms, 5000))).toEqual([1, 1, 2, 3]);
});
