import { leakTrend, smallestVisibleLeak } from '../../../src/gates/judges/leak-trend';
import type { LeakGate } from '../../../src/gates/policy/gate';
import { gatesOf } from '../../../src/gates/policy/resolve';
import { blockMedians } from '../../../src/gates/stats/block-medians';
import { policyOf } from '../builders';

const gate = gatesOf(policyOf().policy, 'soak').find((each) => each.judge === 'leak') as LeakGate;
const course = (points: number, level: (i: number) => number) => Array.from({ length: points }, (_, i) => level(i));
/** Healthy scatter without a trend: the same every time. */
const scatter = (i: number) => [0, 3, -2, 1, -3, 2, -1][i % 7] ?? 0;

describe('a leak is growth that matters, is sure and is steady', () => {
  test('a steady leak above the floors is one, at every length', () => {
    for (const points of [10, 12, 15, 30, 60, 61, 120, 1440]) {
      const trend = leakTrend(
        course(points, (i) => 100 + scatter(i) + (60 * i) / (points - 1)),
        gate,
      );
      expect({ points, rising: trend.rising }).toEqual({ points, rising: true });
      expect(trend.growth).toBeGreaterThan(48);
      expect(trend.growth).toBeLessThan(66);
    }
  });

  test('it does not matter: below the relative floor, or below the absolute one', () => {
    expect(
      leakTrend(
        course(30, (i) => 100 + i / 2),
        gate,
      ),
    ).toMatchObject({ rising: false, growthNeeded: 20 });
    expect(
      leakTrend(
        course(30, (i) => 2 + i / 40),
        gate,
      ),
    ).toMatchObject({ rising: false, growthNeeded: 1 });
  });

  test('a line through the middle does not decide: the end must be above the beginning', () => {
    // It ends where it began: an excursion, whatever the line through its middle promises.
    const trend = leakTrend(
      course(24, (i) => (i < 3 || i > 20 ? 115 : 100 + 2 * i)),
      gate,
    );
    expect(trend.slope * trend.steps).toBeGreaterThan(trend.growthNeeded);
    expect(trend.rising).toBe(false);
  });

  test('it is not sure: what scatters more than it grows', () => {
    expect(
      leakTrend(
        course(14, (i) => 100 + 15 * scatter(i) + 2 * i),
        gate,
      ).rising,
    ).toBe(false);
  });

  test('it is not steady: a step, a pool that has filled up, a burst at the end', () => {
    expect(
      leakTrend(
        course(30, (i) => (i < 10 ? 100 : 160) + scatter(i)),
        gate,
      ).rising,
    ).toBe(false);
    expect(
      leakTrend(
        course(30, (i) => 100 + Math.min(60, 10 * i)),
        gate,
      ).rising,
    ).toBe(false);
    expect(
      leakTrend(
        course(30, (i) => (i < 26 ? 100 : 300) + scatter(i)),
        gate,
      ).rising,
    ).toBe(false);
  });

  test('relative growth refers to the level that is given, as a difference of two runs needs', () => {
    const difference = course(30, (i) => i);
    expect(leakTrend(difference, gate)).toMatchObject({ rising: true, growthNeeded: 1 });
    expect(leakTrend(difference, gate, 200)).toMatchObject({ rising: false, growthNeeded: 40, base: 200 });
  });
});

test('a long course is its medians of blocks, which keep its slope', () => {
  const long = course(1440, (i) => i);
  const blocks = blockMedians(long, 60);
  expect(blocks).toHaveLength(60);
  expect((blocks[59] ?? 0) - (blocks[0] ?? 0)).toBe(1440 - 24);
  expect(leakTrend(long, gate).slope).toBeCloseTo(1, 9);
  expect(blockMedians([3, 1, 2], 60)).toEqual([3, 1, 2]);
});

test('without scatter the smallest visible leak is one connection more than what is tolerated', () => {
  const trend = leakTrend(
    course(11, () => 2),
    gate,
  );
  expect(smallestVisibleLeak(trend, gate, 4, 1)).toBeCloseTo((1 * 4 + 1) / 10, 9);
});
