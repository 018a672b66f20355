import type { LoadPlan } from '../../src/gates/load-plan.ts';
import { arrivalsBy, expectedStartMs } from '../arrivals.ts';

/**
 * Which request iteration `index` makes, and of whom: pure, because every VU has a memory of its own and
 * an iteration can only know what another one wrote if both compute it from the index.
 */

/** One turn of the cycle. The control route is one request in eight. */
export const CYCLE = [
  'write-profile',
  'read-own-profile',
  'check-in',
  'control',
  'read-profile',
  'count',
  'check-in-again',
  'leaderboard',
] as const;

export type Step = (typeof CYCLE)[number];

/** How old a write must be before it is read: beyond a slow answer and beyond the reader's replication lag. */
const SETTLED_MS = 3000;

/** What a step needs somebody to have written before; null when it stands by itself. */
const NEEDS: Readonly<Record<Step, Step | null>> = {
  'write-profile': null,
  'read-own-profile': 'write-profile',
  'check-in': null,
  control: null,
  'read-profile': 'write-profile',
  count: 'check-in',
  'check-in-again': 'check-in',
  leaderboard: 'check-in',
};

export interface Turn {
  readonly step: Step;
  /** Index of the iteration that wrote what this one reads; its own index for a write and the control route. */
  readonly of: number;
}

/**
 * The turn of one iteration. A step whose data nobody can have written yet makes the write instead, so no
 * request of a run needs an earlier one of its own and nothing is sent before the run's start.
 */
export function turnOf(plan: LoadPlan, index: number): Turn {
  const slot = index % CYCLE.length;
  const step = CYCLE[slot] as Step;
  const needed = NEEDS[step];
  if (needed === null) return { step, of: index };
  const begun = Math.floor(arrivalsBy(plan, expectedStartMs(plan, index) - SETTLED_MS));
  const offset = CYCLE.indexOf(needed);
  const writer = Math.floor((begun - 1 - offset) / CYCLE.length) * CYCLE.length + offset;
  return writer >= 0 ? { step, of: writer } : { step: needed, of: index };
}
