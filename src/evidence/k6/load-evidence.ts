import type { LoadEvidence, Series } from '../../gates/evidence-schema';
import { type LagCounts, lagP95 } from './arrival-lag';
import { meaningOf } from './exit-codes';
import type { LoadSpan } from './load-span';
import { toBuckets } from './log-histogram';
import type { LoadSummary } from './summary';
import type { Counts } from './tally';

/** How a k6 process came to its end. */
export type Ending =
  | { readonly kind: 'exited'; readonly exitCode: number | null; readonly signal: string | null }
  | { readonly kind: 'stopped'; readonly exitCode: number | null }
  | { readonly kind: 'failed'; readonly exitCode: number | null; readonly detail: string };

/** What came of a load, for one generator or for several together. */
export type Outcome = Pick<LoadEvidence, 'outcome' | 'exitCode' | 'detail'>;

/** `detail` is one sentence, without its full stop, when the outcome is not `completed`. */
export interface LoadResult extends Outcome {
  readonly series: Series[];
  readonly load: LoadEvidence;
}

interface Run {
  readonly span: LoadSpan;
  readonly counts: Counts;
  readonly lag: LagCounts;
  readonly outcome: Outcome;
  readonly k6Version: string;
  readonly cpuPressure: number | null;
  readonly summary: LoadSummary | null;
}

/** What k6 said of one stage. Totals hold everything that k6 sent, warm requests included; `judged` does not. */
export function loadEvidenceOf({ span, counts, lag, outcome, k6Version, cpuPressure, summary }: Run): LoadEvidence {
  return {
    ...outcome,
    k6Version,
    iterations: counts.iterations,
    requests: counts.requests,
    warmRequests: counts.warmRequests,
    answered: counts.answered,
    failed: counts.failed,
    checksFailed: counts.checksFailed,
    dropped: counts.dropped,
    statuses: Object.fromEntries([...counts.statuses].sort(([a], [b]) => a - b)),
    plannedIterations: span.plannedIterations,
    plannedRate: span.plannedRate,
    achievedRate: span.achievedRate,
    arrivalLagP95Ms: lagP95(lag),
    cpuPressure,
    thresholdsFailed: summary?.thresholdsFailed ?? [],
    summary: summary && { iterations: summary.iterations, requests: summary.requests, dropped: summary.dropped },
    judged: [...span.judged]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([route, { latency, ...rest }]) => ({ route, ...rest, latency: toBuckets(latency) })),
  };
}

export function outcomeOf(ending: Ending): Outcome {
  const { exitCode } = ending;
  switch (ending.kind) {
    case 'stopped':
      return { outcome: 'stopped', exitCode, detail: 'The load was stopped before it was complete' };
    case 'failed':
      return { outcome: 'failed', exitCode, detail: ending.detail };
    case 'exited': {
      const meaning = meaningOf(exitCode, ending.signal);
      return meaning.kind === 'completed'
        ? { outcome: 'completed', exitCode, detail: null }
        : { outcome: 'failed', exitCode, detail: meaning.detail };
    }
  }
}
