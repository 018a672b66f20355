import { counted, formatNumber } from './format';
import type { LoadPlan } from './load-plan';

/** How much load one generator can send: a k6 process on a machine of two cores. How it was measured: docs/load-generators.md. */

/** Requests per second that k6 2.2.0 began on time on two cores; at twice as many some runs were late. */
const ON_TIME_RATE = 1000;

/** Here every run began its requests most of a second late: from more than this nobody gets a valid load. */
const MOST_RATE = 3600;

interface Shared {
  readonly plan: LoadPlan;
  /** Generators that share the plan's rate. */
  readonly segments: number;
}

/** How many generators a plan's highest rate needs; `why` is one sentence, without its full stop. */
export function runnersFor(plan: LoadPlan): { readonly runners: number; readonly why: string } {
  const runners = Math.ceil(plan.peakRate / ON_TIME_RATE);
  return { runners, why: `${formatNumber(plan.peakRate)}/s need ${counted(runners, 'generator')}, each good for ${ON_TIME_RATE}/s` };
}

/** @returns one sentence when the generators may begin late, which makes a load invalid; null when they should not */
export function generatorWarning({ plan, segments }: Shared): string | null {
  const { runners, why } = runnersFor(plan);
  return runners <= segments
    ? null
    : `${why}: the load may be late from ${segments}, and then proves nothing; say \`segments: ${runners}\`.`;
}

/** @returns what is wrong, without its full stop, when the generators surely cannot send the load; null when they may */
export function generatorProblem({ plan, segments }: Shared): string | null {
  if (plan.peakRate <= segments * MOST_RATE) return null;
  return `${formatNumber(plan.peakRate)}/s is more than ${counted(segments, 'generator')} can send (${MOST_RATE}/s each at the very most): segments: ${runnersFor(plan).runners} would do`;
}
