import { z } from 'zod';
import { STAGES } from './vocabulary';

/**
 * One stage's load shape, resolved for a profile: arrival rates as straight lines between points.
 * Rates are iterations per second; times are whole milliseconds from the first arrival.
 */
export const loadPlanSchema = z.strictObject({
  stage: z.enum(STAGES),
  /** Concurrent requests that wake environments before the arrivals begin; 0 for none. */
  warm: z.number().int().nonnegative(),
  startRate: z.number().nonnegative(),
  /** Each segment goes from the rate before it to `rate` within `durationMs`. */
  segments: z.array(z.strictObject({ rate: z.number().nonnegative(), durationMs: z.number().int().positive() })).min(1),
  /** The highest planned rate: what preallocation and n are computed from. */
  peakRate: z.number().positive(),
  requestTimeoutMs: z.number().int().positive(),
  /** The part that is judged, from the first arrival: after the ramp-up of a soak, all of it otherwise. */
  judgedFromMs: z.number().int().nonnegative(),
  judgedToMs: z.number().int().positive(),
  /** The plateau of a spike; recovery is measured from its end. */
  plateau: z.strictObject({ fromMs: z.number().int(), toMs: z.number().int() }).nullable(),
  /** The failover stage only: when the cache's primary is lost, from the first arrival. */
  failoverAtMs: z.number().int().nonnegative().optional(),
});
export type LoadPlan = z.infer<typeof loadPlanSchema>;

/** Planned duration in milliseconds. */
export function plannedDurationMs(plan: LoadPlan): number {
  return plan.segments.reduce((sum, segment) => sum + segment.durationMs, 0);
}

/** Planned number of iterations: the area under the rates. */
export function plannedIterations(plan: LoadPlan, fromMs = 0, toMs = plannedDurationMs(plan)): number {
  let start = 0;
  let rate = plan.startRate;
  let sum = 0;
  for (const segment of plan.segments) {
    const end = start + segment.durationMs;
    const from = Math.max(fromMs, start);
    const to = Math.min(toMs, end);
    if (to > from) {
      const at = (t: number) => rate + ((segment.rate - rate) * (t - start)) / segment.durationMs;
      sum += ((at(from) + at(to)) / 2) * ((to - from) / 1000);
    }
    rate = segment.rate;
    start = end;
  }
  return sum;
}
