import type { Verdict } from '../../src/gates/vocabulary';
import { type Answer, answerText } from './answer';
import { ask, askRun, type StageEdit } from './bench';
import { lookedAt } from './client-edits';
import { all, counts } from './edits';
import { type Row, type Rule, settle, settleFailOpen } from './row';
import type { ArgoRow } from './shapes/decision-tables';

/**
 * Argo counts measurements of one metric. Mapping: a measurement is a second of the soak; a failed one counts one event of
 * `lambda.throttles`, an inconclusive one or one in error has no datapoint; `failureLimit` is the gate's `max`, and -1 one that no count reaches.
 * Terminated is a run that was stopped from outside; not yet complete is what a look while the load runs would see.
 * Successful is our passed, Failed our failed; Pending, Running, Inconclusive and Error are all no verdict.
 * A demand that our policy cannot state (a streak of good measurements) never passes: it is a configuration error.
 */
interface Metric {
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly streak: number | null;
  readonly count: number | null;
  readonly failed: number;
  readonly inconclusive: number;
  readonly goodInARow: number;
  readonly errorsInARow: number;
  readonly taken: number;
  readonly terminating: boolean;
}

/** Argo's default. */
const CONSECUTIVE_ERROR_LIMIT = 4;

const RULES: readonly Rule<Metric, Answer>[] = [
  {
    reason: 'a release does not pass early for a streak of good measurements, and no policy can ask for one: the whole window is judged',
    covers: (metric, { verdict }) => verdict !== 'passed' && ruleOf(metric) !== ruleOf({ ...metric, streak: null }),
  },
  {
    reason: 'no streak can be asked for: the whole window would pass, so the policy is refused',
    covers: ({ streak }, { reason }) => streak !== null && reason === 'unknown-key',
  },
  {
    reason: 'what was measured until a run was stopped from outside fails only where it needs no load',
    covers: ({ terminating, failureLimit, failed }, { reason }) => terminating && failed > failureLimit && reason === 'aborted',
  },
  {
    reason: 'a measurement that could not be taken is never tolerated: no verdict',
    covers: (metric, { verdict }) => unmeasured(metric) > 0 && verdict === 'inconclusive',
  },
];

export function argoRow(row: ArgoRow): Row {
  const metric = metricOf(row);
  const phase = row[11];
  const answer = answerTo(metric);
  const verdict = VERDICT_OF[phase];
  const settled = settle({
    name: JSON.stringify(row.slice(0, 11)),
    vector: metric,
    expected: phase,
    theirs: ruleOf(metric),
    ours: answer,
    oursText: answerText(answer),
    agrees: verdict !== undefined && verdict === (answer.verdict === 'config-error' ? 'inconclusive' : answer.verdict),
    rules: RULES,
  });
  const failOpen = metric.terminating && phase === 'Successful';
  return failOpen ? settleFailOpen({ row: settled, demand: 'inconclusive(aborted)', answer }) : settled;
}

const VERDICT_OF: Readonly<Record<string, Verdict>> = {
  Successful: 'passed',
  Failed: 'failed',
  Pending: 'inconclusive',
  Running: 'inconclusive',
  Inconclusive: 'inconclusive',
  Error: 'inconclusive',
};

function metricOf(row: ArgoRow): Metric {
  const [failureLimit, inconclusiveLimit, streak, count, failed, inconclusive, , goodInARow, errorsInARow, taken, terminating] = row;
  const limits = { failureLimit: failureLimit ?? 0, inconclusiveLimit: inconclusiveLimit ?? 0, streak, count };
  return { ...limits, failed, inconclusive, goodInARow, errorsInARow, taken, terminating };
}

/** How Argo assesses a metric, restated from its tests (commit 9f8d111). @returns the phase, whatever the row's own says */
export const argoRule = (row: ArgoRow): string => ruleOf(metricOf(row));

function ruleOf(metric: Metric): string {
  const { failureLimit, inconclusiveLimit, streak, count, taken, terminating } = metric;
  if (taken === 0) return terminating ? 'Successful' : 'Pending';
  if (failureLimit >= 0 && metric.failed > failureLimit) return 'Failed';
  if (metric.inconclusive > inconclusiveLimit) return 'Inconclusive';
  if (metric.errorsInARow > CONSECUTIVE_ERROR_LIMIT) return 'Error';
  if (streak !== null && metric.goodInARow >= streak) return 'Successful';
  if (count !== null && taken >= count) return streak === null ? 'Successful' : failureLimit < 0 ? 'Failed' : 'Inconclusive';
  return terminating ? 'Successful' : 'Running';
}

function unmeasured({ inconclusive, errorsInARow }: Metric): number {
  return inconclusive + errorsInARow;
}

function answerTo(metric: Metric): Answer {
  const { failureLimit, count, taken, terminating, streak } = metric;
  const id = 'metric';
  const max = failureLimit < 0 ? Number.MAX_SAFE_INTEGER : failureLimit;
  const gate = (rest: string) => `{ id: ${id}, judge: limit, of: lambda.throttles, max: ${max}${rest} }`;
  if (taken === 0) {
    const aborted = { reason: 'aborted', detail: 'stopped before anything was measured' };
    return askRun([gate('')], (evidence) => ({ ...evidence, stages: [], ...(terminating ? { fault: aborted } : {}) }));
  }
  const values = Array.from({ length: taken }, (_, i) => (i < metric.failed ? 1 : i < metric.failed + unmeasured(metric) ? null : 0));
  const complete = count !== null && taken >= count;
  const seen = counts('lambda.throttles', 'lambda.invocations', values);
  const edit = terminating ? all(seen, aborted) : complete ? seen : all(seen, lookedAt(taken, [id]));
  const answer = ask({ gates: [gate('')], seconds: complete ? taken : 2 * Math.max(taken, count ?? 0), edit });
  if (streak === null || answer.verdict !== 'passed') return answer;
  return ask({ gates: [gate(`, consecutiveSuccessLimit: ${streak}`)] });
}

const aborted: StageEdit = (stage) => ({ ...stage, fault: { reason: 'aborted', detail: 'stopped from outside' } });
