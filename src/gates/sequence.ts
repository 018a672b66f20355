import type { ReasonCode } from './reasons';
import type { Verdict } from './vocabulary';

/**
 * What follows from what: closed tables, read from the top, in which the first rule that applies decides. The last rule of
 * each applies always.
 */
export interface Rule<Facts, Outcome> {
  readonly when: (facts: Facts) => boolean;
  readonly gives: (facts: Facts) => Outcome;
}

/** @throws Error for a table whose last rule does not apply always: that is a mistake in the table. */
export function decide<Facts, Outcome>(rules: readonly Rule<Facts, Outcome>[], facts: Facts): Outcome {
  const rule = rules.find(({ when }) => when(facts));
  if (rule === undefined) throw new Error('The table does not say what follows.');
  return rule.gives(facts);
}

export interface Conclusion {
  readonly verdict: Verdict;
  readonly reason: ReasonCode;
}

const otherwise = (): boolean => true;

export interface StageFacts {
  /** Gates of the policy for the stage, whatever their mode. */
  readonly gates: number;
  /** What load validity said. */
  readonly load: Conclusion;
  /** The worst of the load and of the enforced gates. */
  readonly worst: Verdict;
  /** The load was stopped early. */
  readonly stopped: boolean;
  /** Why enforced gates reached no verdict, each reason once. */
  readonly open: readonly ReasonCode[];
}

export const STAGE_RULES: readonly Rule<StageFacts, Conclusion>[] = [
  // A stage for which the policy has no gate proves nothing.
  { when: ({ gates, load }) => gates === 0 && load.verdict === 'passed', gives: () => ({ verdict: 'inconclusive', reason: 'no-gate' }) },
  { when: ({ gates }) => gates === 0, gives: ({ load }) => ({ verdict: 'inconclusive', reason: load.reason }) },
  { when: ({ worst }) => worst === 'failed', gives: () => ({ verdict: 'failed', reason: 'gates-failed' }) },
  // With nothing but observed gates all the others pass: a part of the load still proves nothing.
  { when: ({ worst, stopped }) => worst === 'passed' && stopped, gives: () => ({ verdict: 'inconclusive', reason: 'stopped-early' }) },
  { when: ({ worst }) => worst === 'passed', gives: () => ({ verdict: 'passed', reason: 'all-gates-passed' }) },
  { when: ({ load }) => load.verdict !== 'passed', gives: ({ load }) => ({ verdict: 'inconclusive', reason: load.reason }) },
  { when: ({ open }) => open.length === 1, gives: ({ open: [only] }) => ({ verdict: 'inconclusive', reason: only as ReasonCode }) },
  { when: otherwise, gives: () => ({ verdict: 'inconclusive', reason: 'gates-inconclusive' }) },
];

export interface RunFacts {
  /** Why the run could not go on; null when it could. */
  readonly fault: ReasonCode | null;
  /** The worst of the stages; inconclusive without one. */
  readonly worst: Verdict;
  /** Enforced gates of all stages, load validity not among them. */
  readonly enforced: number;
  /** The reason of the first stage that has the worst verdict, one that ran before one that did not; null without a stage. */
  readonly decisive: ReasonCode | null;
}

/** `from` says whose words a report gives for it. */
export interface RunConclusion extends Conclusion {
  readonly from: 'stage' | 'fault' | 'gates' | 'nothing';
}

export const RUN_RULES: readonly Rule<RunFacts, RunConclusion>[] = [
  // A failure that was measured stays one; anything else is overshadowed by why the run could not go on.
  {
    when: ({ fault, worst }) => fault !== null && worst !== 'failed',
    gives: ({ fault }) => ({ verdict: 'inconclusive', reason: fault as ReasonCode, from: 'fault' }),
  },
  { when: ({ decisive }) => decisive === null, gives: () => ({ verdict: 'inconclusive', reason: 'not-run', from: 'nothing' }) },
  {
    when: ({ worst, enforced }) => worst === 'passed' && enforced === 0,
    gives: () => ({ verdict: 'inconclusive', reason: 'no-gate', from: 'gates' }),
  },
  { when: ({ worst }) => worst === 'passed', gives: () => ({ verdict: 'passed', reason: 'all-gates-passed', from: 'gates' }) },
  { when: otherwise, gives: ({ worst, decisive }) => ({ verdict: worst, reason: decisive as ReasonCode, from: 'stage' }) },
];
