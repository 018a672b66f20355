import type { LoadEvidence } from '../../gates/evidence-schema';
import { type LoadPlan, plannedIterations } from '../../gates/load-plan';
import { meaningOf } from './exit-codes';
import { toBuckets } from './log-histogram';
import type { LoadSummary } from './summary';
import type { Tally } from './tally';

/** How a k6 process came to its end. */
export type Ending =
  | { readonly kind: 'exited'; readonly exitCode: number | null; readonly signal: string | null }
  | { readonly kind: 'stopped'; readonly exitCode: number | null }
  | { readonly kind: 'failed'; readonly exitCode: number | null; readonly detail: string };

interface Run {
  readonly plan: LoadPlan;
  readonly tally: Tally;
  readonly ending: Ending;
  readonly k6Version: string;
  readonly cpuPressure: number | null;
  readonly summary: LoadSummary | null;
}

/** What k6 said of one stage. Totals hold everything that k6 sent, warm requests included; `judged` does not. */
export function loadEvidenceOf({ plan, tally, ending, k6Version, cpuPressure, summary }: Run): LoadEvidence {
  const judgedSeconds = (plan.judgedToMs - plan.judgedFromMs) / 1000;
  return {
    ...outcomeOf(ending),
    exitCode: ending.exitCode,
    k6Version,
    iterations: tally.iterations,
    requests: tally.requests,
    answered: tally.answered,
    failed: tally.failed,
    checksFailed: tally.checksFailed,
    dropped: tally.dropped,
    statuses: Object.fromEntries([...tally.statuses].sort(([a], [b]) => a - b)),
    plannedIterations: plannedIterations(plan),
    plannedRate: plannedIterations(plan, plan.judgedFromMs, plan.judgedToMs) / judgedSeconds,
    achievedRate: tally.judgedIterations / judgedSeconds,
    arrivalLagP95Ms: tally.lag.p95(),
    cpuPressure,
    thresholdsFailed: summary?.thresholdsFailed ?? [],
    summary: summary && { iterations: summary.iterations, requests: summary.requests, dropped: summary.dropped },
    judged: [...tally.judged]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([route, { latency, ...counts }]) => ({ route, ...counts, latency: toBuckets(latency) })),
  };
}

function outcomeOf(ending: Ending): Pick<LoadEvidence, 'outcome' | 'detail'> {
  switch (ending.kind) {
    case 'stopped':
      return { outcome: 'stopped', detail: 'The load was stopped before it was complete' };
    case 'failed':
      return { outcome: 'failed', detail: ending.detail };
    case 'exited': {
      const meaning = meaningOf(ending.exitCode, ending.signal);
      return meaning.kind === 'completed' ? { outcome: 'completed', detail: null } : { outcome: 'failed', detail: meaning.detail };
    }
  }
}
