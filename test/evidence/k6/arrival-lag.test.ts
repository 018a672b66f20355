import { createLagRecord, lagP95, rateAt } from '../../../src/evidence/k6/arrival-lag';
import { constant, planOf } from '../../k6/plan';

const plan = constant(100, 10_000);

function lagOf(lags: readonly number[], dropped = 0): number | null {
  const lag = createLagRecord(plan, 0);
  for (const [index, ms] of lags.entries()) lag.add(index * 10, ms, dropped);
  return lagP95(lag.counts());
}

const repeat = (count: number, ms: number) => Array.from({ length: count }, () => ms);

describe('the arrival lag', () => {
  it('is nothing when the whole load is shifted by the start-up of the VUs', () => {
    expect(lagOf(repeat(100, 30))).toBe(0);
  });

  it('shows a generator that falls behind in more than one iteration of twenty', () => {
    expect(lagOf([...repeat(90, 3), ...repeat(10, 48)])).toBe(45);
    expect(lagOf([...repeat(96, 3), ...repeat(4, 48)])).toBe(0);
  });

  it('does not forgive a load that began late', () => {
    expect(lagOf(repeat(100, 1200))).toBe(1000);
  });

  it('does not count dropped iterations as lag: k6 leaves them out of its index', () => {
    expect(lagOf([...repeat(10, 0), ...repeat(90, 0)])).toBe(0);
    const lag = createLagRecord(plan, 0);
    for (let index = 0; index < 50; index += 1) lag.add(index * 10, 0, 0);
    for (let index = 50; index < 100; index += 1) lag.add(index * 10, 100, 10);
    expect(lagP95(lag.counts())).toBe(0);
  });

  it('knows that of several generators each one that drops an arrival falls behind by a whole round of them', () => {
    const lag = createLagRecord(plan, 0, 4);
    for (let index = 0; index < 50; index += 1) lag.add(index * 40, 0, 0);
    for (let index = 50; index < 100; index += 1) lag.add(index * 40, 400, 10);
    expect(lagP95(lag.counts())).toBe(0);
  });

  it('is unknown without an iteration', () => {
    expect(lagOf([])).toBeNull();
  });
});

it('knows the planned rate at any time', () => {
  const spike = planOf({
    startRate: 10,
    segments: [
      { rate: 10, durationMs: 1000 },
      { rate: 50, durationMs: 1000 },
    ],
  });
  expect([-5, 0, 1500, 9000].map((ms) => rateAt(spike, ms))).toEqual([10, 10, 30, 50]);
});
