import fc from 'fast-check';
import { arrivalsBy, expectedStartMs } from '../../k6/arrivals';
import { type LoadPlan, plannedDurationMs, plannedIterations } from '../../src/gates/load-plan';
import { planOf } from './plan';

const ramp = planOf({ startRate: 0, segments: [{ rate: 10, durationMs: 2000 }] });
const spike = planOf({
  startRate: 10,
  segments: [
    { rate: 10, durationMs: 5000 },
    { rate: 50, durationMs: 1000 },
    { rate: 50, durationMs: 6000 },
    { rate: 10, durationMs: 1000 },
    { rate: 10, durationMs: 7000 },
  ],
});

describe('expectedStartMs', () => {
  it('spaces a constant rate evenly and begins after one whole arrival', () => {
    const plan = planOf({ startRate: 2, segments: [{ rate: 2, durationMs: 5000 }] });
    expect([0, 1, 2, 9].map((index) => expectedStartMs(plan, index))).toEqual([500, 1000, 1500, 5000]);
  });

  it('follows a ramp from nothing: the n-th arrival is due when the triangle holds n', () => {
    // area = 2.5 t^2 (t in seconds), so the first is due at sqrt(1 / 2.5) s
    expect(expectedStartMs(ramp, 0)).toBeCloseTo(Math.sqrt(1 / 2.5) * 1000, 6);
    expect(expectedStartMs(ramp, 9)).toBeCloseTo(2000, 6);
  });

  it('carries the unfinished part of an arrival into the next segment', () => {
    const plan = planOf({
      startRate: 2,
      segments: [
        { rate: 2, durationMs: 4900 },
        { rate: 2, durationMs: 5000 },
      ],
    });
    expect(expectedStartMs(plan, 9)).toBeCloseTo(5000, 6);
  });

  it('does not lose precision where two rates are nearly equal', () => {
    const plan = planOf({ startRate: 60, segments: [{ rate: 60.000001, durationMs: 60_000 }] });
    expect(expectedStartMs(plan, 1799)).toBeCloseTo(30_000, 2);
  });

  it('answers the end of the plan for an index beyond it', () => {
    expect(expectedStartMs(spike, 100_000)).toBe(20_000);
  });
});

const rate = fc.integer({ min: 0, max: 200 });
const anyPlan: fc.Arbitrary<LoadPlan> = fc
  .record({
    startRate: rate,
    segments: fc.array(fc.record({ rate, durationMs: fc.integer({ min: 1, max: 20_000 }) }), { minLength: 1, maxLength: 6 }),
  })
  .map(planOf);

describe('arrivalsBy', () => {
  it('is the inverse of expectedStartMs for every plan', () => {
    fc.assert(
      fc.property(anyPlan, fc.double({ min: 0, max: 1, noNaN: true }), (plan, share) => {
        const index = Math.floor(share * plannedIterations(plan)) - 1;
        fc.pre(index >= 0);
        expect(arrivalsBy(plan, expectedStartMs(plan, index))).toBeCloseTo(index + 1, 3);
      }),
    );
  });

  it('agrees with the planned number of iterations at any time', () => {
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 0, max: 130_000 }), (plan, ms) => {
        expect(arrivalsBy(plan, ms)).toBeCloseTo(plannedIterations(plan, 0, Math.min(ms, plannedDurationMs(plan))), 6);
      }),
    );
  });

  it('is nothing before the start', () => {
    expect(arrivalsBy(spike, -1)).toBe(0);
    expect(arrivalsBy(spike, 0)).toBe(0);
  });
});
