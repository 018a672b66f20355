import type { LoadPlan } from '../../src/gates/load-plan';

/** A plan of which only the shape matters; the rest follows from it. */
export function planOf(shape: Pick<LoadPlan, 'startRate' | 'segments'> & Partial<LoadPlan>): LoadPlan {
  const duration = shape.segments.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return {
    stage: 'soak',
    warm: 0,
    peakRate: Math.max(shape.startRate, ...shape.segments.map(({ rate }) => rate), 1),
    requestTimeoutMs: 5000,
    judgedFromMs: 0,
    judgedToMs: duration,
    plateau: null,
    ...shape,
  };
}

/** A plan of one constant rate. */
export function constant(rate: number, durationMs: number, rest: Partial<LoadPlan> = {}): LoadPlan {
  return planOf({ startRate: rate, segments: [{ rate, durationMs }], ...rest });
}
