import { expectedStartMs } from '../../k6/arrivals';
import { CYCLE, type Turn, turnOf } from '../../k6/scenarios/fixed-cycle';
import { type LoadPlan, plannedIterations } from '../../src/gates/load-plan';
import { constant, planOf } from './plan';

const WRITES = new Set(['write-profile', 'check-in']);

function turnsOf(plan: LoadPlan): readonly Turn[] {
  return Array.from({ length: Math.floor(plannedIterations(plan)) }, (_, index) => turnOf(plan, index));
}

const plans: readonly [string, LoadPlan][] = [
  ['a smoke', constant(10, 5000)],
  [
    'a soak with a ramp',
    planOf({
      startRate: 0,
      segments: [
        { rate: 60, durationMs: 10_000 },
        { rate: 60, durationMs: 50_000 },
      ],
    }),
  ],
  [
    'a spike',
    planOf({
      startRate: 10,
      segments: [
        { rate: 10, durationMs: 5000 },
        { rate: 50, durationMs: 1000 },
        { rate: 50, durationMs: 6000 },
      ],
    }),
  ],
];

describe.each(plans)('the turns of %s', (_name, plan) => {
  const turns = turnsOf(plan);

  it('read only what an iteration due three seconds earlier wrote, in the form that it wrote', () => {
    const reads = turns.map((turn, index) => ({ turn, index })).filter(({ turn, index }) => turn.of !== index);
    expect(reads.length).toBeGreaterThan(0);
    for (const { turn, index } of reads) {
      const writer = turns[turn.of];
      expect(writer).toEqual({ step: turn.step.endsWith('profile') ? 'write-profile' : 'check-in', of: turn.of });
      expect(expectedStartMs(plan, index) - expectedStartMs(plan, turn.of)).toBeGreaterThanOrEqual(3000 - 1e-6);
    }
  });

  it('give every write and the control route an index of their own', () => {
    for (const [index, turn] of turns.entries()) {
      if (WRITES.has(turn.step) || turn.step === 'control') expect(turn.of).toBe(index);
    }
  });

  it('send one request in eight to the control route', () => {
    const control = turns.filter(({ step }) => step === 'control').length;
    expect(Math.abs(control - turns.length / CYCLE.length)).toBeLessThan(1);
  });
});

it('reaches every step of the cycle within a smoke test', () => {
  const steps = new Set(turnsOf(constant(10, 5000)).map(({ step }) => step));
  expect([...steps].sort()).toEqual([...CYCLE].sort());
});
