import type { StageEvidence } from '../evidence-schema';
import { plannedDurationMs, plannedIterations } from '../load-plan';

/** Iterations of the plan, or of the part of it that ran. */
export interface PlannedUntil {
  readonly begun: number;
  /** Those that must have ended, one way or the other: a stop leaves some under way, of which k6 says nothing. */
  readonly ended: number;
}

export function plannedUntil({ plan, window, stopped }: StageEvidence): PlannedUntil {
  if (stopped === undefined) return { begun: plannedIterations(plan), ended: plannedIterations(plan) };
  const ranMs = Math.min(plannedDurationMs(plan), Math.max(0, Date.parse(stopped.at) - Date.parse(window.start)));
  return {
    begun: plannedIterations(plan, 0, ranMs),
    ended: plannedIterations(plan, 0, Math.max(0, ranMs - plan.requestTimeoutMs)),
  };
}
