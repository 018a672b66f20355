import { APPROVE_JOB } from '../contract';
import { reviewsOfRun } from './approvals';
import { authorsOf } from './authors';
import { type Github, placeOf } from './client';
import { commitNamed, compareCommits } from './commits';
import type { GithubContext } from './context';
import type { ApprovalFacts, CommitAuthor, DeliveryFacts, Lineage } from './delivery-facts';
import { environmentNamed } from './environments';
import { attempt } from './failure';
import { branchHolds, lineageOf } from './lineage';
import { MOST_COMMITS } from './pull-requests';
import { jobsOfAttempt, type RunAttempt, ranInAttempt, runAttempt } from './runs';

export interface FactsQuestion {
  /** What production runs by the ledger; null when it is empty. */
  readonly productionCommit: string | null;
  /** The candidate's. */
  readonly commit: string;
  /** The deployment environment whose reviewers approve. */
  readonly environment: string;
}

/**
 * Everything that the promotion guard believes of GitHub, asked anew each time: nothing of it is kept between two questions.
 * @throws GithubError when any part of it cannot be told
 */
export async function gatherDeliveryFacts(
  github: Github,
  { runId, runAttempt: number }: Pick<GithubContext, 'runId' | 'runAttempt'>,
  { productionCommit, commit, environment }: FactsQuestion,
): Promise<DeliveryFacts> {
  const repository = await attempt({ doing: 'read the repository', right: 'contents: read' }, () => github.rest.repos.get(placeOf(github)));
  const defaultBranch = repository.data.default_branch;
  const current = await runAttempt(github, runId, number);
  const history = await historyOf(github, productionCommit, commit);
  return {
    run: current.run,
    defaultBranch,
    commit,
    onDefaultBranch: await branchHolds(github, defaultBranch, commit),
    ...history,
    approval: await approvalOf(github, current, environment),
  };
}

async function historyOf(
  github: Github,
  productionCommit: string | null,
  commit: string,
): Promise<{ readonly lineage: Lineage; readonly authors: readonly CommitAuthor[] }> {
  if (productionCommit === null) return { lineage: 'first', authors: await authorsOf(github, [await commitNamed(github, commit)]) };
  const comparison = await compareCommits(github, productionCommit, commit, MOST_COMMITS);
  return { lineage: lineageOf(comparison), authors: await authorsOf(github, comparison.commits, comparison.ahead) };
}

async function approvalOf(github: Github, current: RunAttempt, environment: string): Promise<ApprovalFacts> {
  const { name, exists, reviewers, preventSelfReview, adminsMayBypass } = await environmentNamed(github, environment);
  const { id, attempt: number } = current.run;
  return {
    environment: { name, exists, reviewers, preventSelfReview, adminsMayBypass },
    reviews: await reviewsOfRun(github, id, environment),
    jobOfThisAttempt: ranInAttempt(await jobsOfAttempt(github, id, number), APPROVE_JOB, current),
  };
}
