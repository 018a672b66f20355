import type { Window } from '../gates/evidence-schema';
import { type LoadPlan, plannedDurationMs } from '../gates/load-plan';
import { iso, nextBoundary, previousBoundary } from './clock';

/** The windows of one stage, all on period boundaries. */
export interface StageWindows {
  readonly window: Window;
  readonly judged: Window;
  readonly after: Window | null;
  readonly loadEndMs: number;
  /** When the last period that is needed has ended. */
  readonly watchEndMs: number;
}

/** `startAt` is a period boundary; `observeAfterMs` is widened to whole periods, and to one at least. */
export function stageWindows(plan: LoadPlan, startAt: number, observeAfterMs: number, periodMs: number): StageWindows {
  const loadEndMs = nextBoundary(startAt + plannedDurationMs(plan), periodMs);
  const observedEnd = nextBoundary(loadEndMs + observeAfterMs, periodMs);
  return {
    window: { start: iso(startAt), end: iso(loadEndMs) },
    judged: {
      start: iso(nextBoundary(startAt + plan.judgedFromMs, periodMs)),
      end: iso(previousBoundary(startAt + plan.judgedToMs, periodMs)),
    },
    after: observeAfterMs > 0 ? { start: iso(loadEndMs), end: iso(observedEnd) } : null,
    loadEndMs,
    // Requests that were in flight when the load ended are counted in the period after it.
    watchEndMs: Math.max(observedEnd, loadEndMs + periodMs),
  };
}

/** Whole seconds have requests; the rest of one may have none. */
const SECOND_MS = 1000;

/** The windows of a load that was stopped at `stopMs`, epoch milliseconds: nothing is judged after it. */
export function stoppedWindows(
  { window, judged }: Pick<StageWindows, 'window' | 'judged'>,
  stopMs: number,
  periodMs: number,
): StageWindows {
  const endMs = nextBoundary(stopMs, periodMs);
  const judgedEndMs = Math.min(Date.parse(judged.end), previousBoundary(stopMs, periodMs));
  return {
    window: { start: window.start, end: iso(endMs) },
    judged: { start: judged.start, end: iso(judgedEndMs) },
    after: null,
    // The period of the stop has requests only if it had begun.
    loadEndMs: nextBoundary(stopMs - SECOND_MS, periodMs),
    watchEndMs: endMs,
  };
}

/** The load in words, e.g. `60/s for 60 s after 10 s of ramp-up from 2 generators`. */
export function planInWords(plan: LoadPlan, generators = 1): string {
  return generators === 1 ? rateInWords(plan) : `${rateInWords(plan)} from ${generators} generators`;
}

function rateInWords(plan: LoadPlan): string {
  const seconds = (milliseconds: number) => `${Math.round(milliseconds / 100) / 10} s`;
  if (plan.plateau) {
    const held = plan.plateau.toMs - plan.plateau.fromMs;
    return `${plan.startRate}/s, then ${plan.peakRate}/s for ${seconds(held)}, ${seconds(plannedDurationMs(plan))} in all`;
  }
  const ramp = plan.judgedFromMs > 0 ? ` after ${seconds(plan.judgedFromMs)} of ramp-up` : '';
  return `${plan.peakRate}/s for ${seconds(plan.judgedToMs - plan.judgedFromMs)}${ramp}`;
}
