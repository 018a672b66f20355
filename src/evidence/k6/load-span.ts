import { type LoadPlan, plannedIterations } from '../../gates/load-plan';
import { addInto } from './log-histogram';
import { countsOf, type Routes } from './route-counts';
import type { Counts } from './tally';

/** Where a load ended before its plan did, or where one is looked at that still runs. Epoch milliseconds. */
export interface LoadCut {
  /** When it was told to stop. */
  readonly stopMs: number;
  /** End of the judged window, a whole second. */
  readonly judgedEndMs: number;
}

/** What was planned and reached, and what counts as judged, of a load or of the part of it that ran. */
export interface LoadSpan {
  readonly plannedIterations: number;
  /** Iterations per second in the judged window. */
  readonly plannedRate: number;
  readonly achievedRate: number;
  readonly judged: Routes;
}

export function spanOf(counts: Counts, plan: LoadPlan, startAt: number, cut: LoadCut | null): LoadSpan {
  if (cut !== null) return spanUntil(counts, plan, startAt, cut);
  const seconds = (plan.judgedToMs - plan.judgedFromMs) / 1000;
  return {
    plannedIterations: plannedIterations(plan),
    plannedRate: plannedIterations(plan, plan.judgedFromMs, plan.judgedToMs) / seconds,
    achievedRate: counts.judgedIterations / seconds,
    judged: counts.judged,
  };
}

/**
 * k6 says nothing of the iterations that a stop interrupts, and a slow release has many: the rates are of the seconds
 * whose iterations must have ended by then. Both are 0 when there is no such second.
 */
function spanUntil(counts: Counts, plan: LoadPlan, startAt: number, { stopMs, judgedEndMs }: LoadCut): LoadSpan {
  const from = startAt + plan.judgedFromMs;
  const ended = Math.floor(Math.min(judgedEndMs, stopMs - plan.requestTimeoutMs) / 1000) * 1000;
  const seconds = Math.max(0, (ended - from) / 1000);
  const begun = [...counts.iterationsBySecond].reduce((sum, [at, count]) => (at >= from && at < ended ? sum + count : sum), 0);
  return {
    plannedIterations: plannedIterations(plan, 0, stopMs - startAt),
    plannedRate: seconds > 0 ? plannedIterations(plan, plan.judgedFromMs, ended - startAt) / seconds : 0,
    achievedRate: seconds > 0 ? begun / seconds : 0,
    judged: routesBetween(counts, from, judgedEndMs),
  };
}

function routesBetween({ seconds }: Counts, fromMs: number, toMs: number): Routes {
  const judged: Routes = new Map();
  for (const [at, routes] of seconds) {
    if (at < fromMs || at >= toMs) continue;
    for (const [route, { requests, failed, checksFailed, checked, latency }] of routes) {
      const counts = countsOf(judged, route);
      counts.requests += requests;
      counts.failed += failed;
      counts.checksFailed += checksFailed;
      counts.checked += checked;
      addInto(counts.latency, latency);
    }
  }
  return judged;
}
