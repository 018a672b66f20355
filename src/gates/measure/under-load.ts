import type { StageEvidence } from '../evidence-schema';
import { plannedIterations } from '../load-plan';

/** A period with so many planned arrivals has a datapoint, however late the first of them was counted. */
const SURELY_SEEN = 10;

/** Whether the plan has so many arrivals in the period that begins at `at` (epoch ms) that it cannot be silent. */
export function surelySeen({ window, plan, periodSeconds }: StageEvidence, at: number): boolean {
  const from = at - Date.parse(window.start);
  return plannedIterations(plan, from, from + periodSeconds * 1000) >= SURELY_SEEN;
}
