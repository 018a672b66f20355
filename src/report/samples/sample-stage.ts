import { type LoadPlan, plannedIterations } from '../../gates/load-plan';
import type { StageName, Tier } from '../../gates/vocabulary';
import type { Course } from './courses';

/** A stage to make evidence of: its plan, and how the release behaves under it. */
export interface SampleStage {
  readonly name: StageName;
  readonly tier: Tier;
  /** Seconds from the start of the run to the first arrival. */
  readonly startsAt: number;
  readonly plan: LoadPlan;
  readonly seconds: number;
  readonly afterSeconds: number;
  readonly course: Course;
}

/** Requests of a second, and how many of them failed (an even number: two routes share them). */
export function requestsIn({ plan, course }: Pick<SampleStage, 'plan' | 'course'>, second: number) {
  const requests = second < 0 ? 0 : Math.round(plannedIterations(plan, second * 1000, (second + 1) * 1000));
  return { requests, failed: 2 * Math.round((requests * course.failedShare(second)) / 2) };
}

/** What k6 counted from one second to another. */
export function countedIn(stage: SampleStage, from: number, to: number) {
  let [requests, failed] = [0, 0];
  for (let second = from; second < to; second++) {
    const counts = requestsIn(stage, second);
    requests += counts.requests;
    failed += counts.failed;
  }
  return { requests, failed };
}

/** What k6 counted in the judged window. */
export function judgedCounts(stage: SampleStage) {
  return countedIn(stage, stage.plan.judgedFromMs / 1000, stage.plan.judgedToMs / 1000);
}
