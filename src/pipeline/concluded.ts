import type { GateReport } from '../gates/report-schema';
import type { AbsentReport } from '../report/absent';
import type { ApprovalWay, Review } from '../report/delivery';
import { isNamed } from './delivery-guard';

export const JOBS = ['qualify', 'attest', 'approve', 'promote'] as const;
export const JOB_ENDS = ['success', 'failure', 'cancelled', 'skipped'] as const;

/** How the jobs before ended, in GitHub's words. One that the workflow has not is not in it. */
export type JobEnds = Readonly<Partial<Record<(typeof JOBS)[number], (typeof JOB_ENDS)[number]>>>;

export interface Ends {
  readonly jobs: JobEnds;
  readonly approval: ApprovalWay | null;
  /** Commit or digest of the only candidate that anybody is asked about; empty for none. */
  readonly pinned: string;
  readonly reviews: readonly Review[];
}

type Conclusion = Pick<GateReport['promotion'], 'state' | 'reason'>;

/**
 * What became of a candidate whose report was written before anybody was asked: no more than how the jobs ended shows.
 * @returns null when the report says it
 */
export function conclusionOf({ verdict, override, release }: GateReport, ends: Ends): Conclusion | null {
  const { jobs, approval, pinned } = ends;
  if (jobs.promote === 'success') return null;
  const broken = brokenOff(jobs);
  if (broken !== null) return { state: 'broken-off', reason: broken };
  // Nobody is asked about what its gates have stopped.
  if (verdict !== 'passed' && override === null) return null;
  const ended = endedEarly(ends);
  if (ended !== null) return ended;
  if (pinned !== '' && !isNamed(pinned, release.digest) && !isNamed(pinned, release.commit))
    return { state: 'refused', reason: `another-pinned: ${pinned} is pinned, so nobody is asked about another candidate.` };
  if (approval?.mode === 'dispatch') return { state: 'awaiting-approval', reason: 'The evidence is complete; a person decides.' };
  return jobs.approve === 'skipped' ? notAsked('The run ended before anybody was asked.') : null;
}

/** The same for a run that has no report to show; null when nothing explains it. */
export function absenceOf(commit: string, { jobs }: Pick<Ends, 'jobs'>): AbsentReport | null {
  const broken = brokenOff(jobs);
  if (broken !== null) return { commit, state: 'broken-off', why: broken };
  if (jobs.qualify !== 'cancelled') return null;
  return { commit, state: 'cancelled', why: 'The qualification was cancelled, by hand or because a newer candidate waits for staging.' };
}

/** Somebody or something ended it: then a successor that has spoken already keeps the head of the comment. */
export function wasCancelled({ qualify, approve }: JobEnds): boolean {
  return qualify === 'cancelled' || approve === 'cancelled';
}

function brokenOff({ promote }: JobEnds): string | null {
  if (promote !== 'failure' && promote !== 'cancelled') return null;
  return `The promotion was ${promote === 'failure' ? 'begun and failed' : 'cancelled'} without a report of how it ended.`;
}

function endedEarly({ jobs, reviews }: Ends): Conclusion | null {
  if (reviews.some(({ state }) => state === 'rejected')) return { state: 'rejected', reason: 'A reviewer said no.' };
  if (jobs.qualify === 'cancelled') return notAsked('The run was cancelled before anybody was asked.');
  if (jobs.qualify === 'failure') return notAsked('The gates passed, but the job qualify failed: the run says why. Nobody was asked.');
  if (jobs.attest === 'failure' || jobs.attest === 'cancelled')
    return notAsked(`What was built is not attested (the job attest: ${jobs.attest}), so nobody was asked.`);
  if (jobs.approve === 'failure') return notAsked('The job approve failed, and GitHub names nobody who rejected: the run says why.');
  if (jobs.approve === 'cancelled') return notAsked('The question was withdrawn, by a newer candidate or by hand.');
  if (jobs.approve === 'success') return notAsked('It was approved, and the run ended before the promotion began.');
  return null;
}

function notAsked(reason: string): Conclusion {
  return { state: 'not-asked', reason };
}
