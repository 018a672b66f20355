import { APPROVE_JOB } from '../contract';
import { reviewsOfRun } from './approvals';
import { authorsOf } from './authors';
import { type Github, placeOf } from './client';
import { type Comparison, commitNamed, compareCommits, isFullCommit } from './commits';
import type { GithubContext } from './context';
import type { ApprovalFacts, Authorship, DeliveryFacts, Lineage } from './delivery-facts';
import { environmentNamed } from './environments';
import { attempt, GithubError } from './failure';
import { branchHolds, lineageOf, namedBranchHolds } from './lineage';
import { MOST_COMMITS } from './pull-requests';
import { jobsOfAttempt, type RunAttempt, ranInAttempt, runAttempt } from './runs';

export interface FactsQuestion {
  /** What production runs by the ledger; null when it is empty. */
  readonly productionCommit: string | null;
  /** The candidate's. */
  readonly commit: string;
  /** The deployment environment whose reviewers approve. */
  readonly environment: string;
  /** The branch that the candidate is said to come from; null where that is not asked. */
  readonly branch: string | null;
}

/** Who wrote the commits of one range, by its two ends. They do not change: asked once, for a request or more each. */
export type KnownAuthors = Map<string, Authorship>;

/**
 * Everything that the promotion guard believes of GitHub, asked anew each time: only who wrote which commits is kept between two questions.
 * @throws GithubError when any part of it cannot be told
 */
export async function gatherDeliveryFacts(
  github: Github,
  { runId, runAttempt: number, event }: Pick<GithubContext, 'runId' | 'runAttempt' | 'event'>,
  { productionCommit, commit, environment, branch }: FactsQuestion,
  known: KnownAuthors = new Map(),
): Promise<DeliveryFacts> {
  const repository = await attempt({ doing: 'read the repository', right: 'contents: read' }, () => github.rest.repos.get(placeOf(github)));
  const defaultBranch = repository.data.default_branch;
  const current = await runAttempt(github, runId, number);
  const history = await historyOf(github, productionCommit, commit, known);
  return {
    run: current.run,
    inputs: event.inputs,
    defaultBranch,
    commit,
    onDefaultBranch: await branchHolds(github, defaultBranch, commit),
    onNamedBranch: branch === null ? null : await namedBranchHolds(github, branch, commit),
    ...history,
    approval: await approvalOf(github, current, environment),
  };
}

async function historyOf(
  github: Github,
  productionCommit: string | null,
  commit: string,
  known: KnownAuthors,
): Promise<Authorship & { readonly lineage: Lineage }> {
  const range = `${productionCommit ?? ''}..${commit}`;
  const kept = known.get(range);
  const comparison =
    productionCommit === null ? null : await comparisonOf(github, productionCommit, commit, kept === undefined ? MOST_COMMITS : 0);
  const found = kept ?? (await authorsOf(github, comparison?.commits ?? [await commitNamed(github, commit)], comparison?.ahead ?? 1));
  known.set(range, found);
  if (productionCommit === null) return { lineage: 'first', ...found };
  // Of a range that has no beginning nobody knows who wrote it.
  return comparison === null ? { lineage: 'unknown', ...found, authorsComplete: false } : { lineage: lineageOf(comparison), ...found };
}

/**
 * How the candidate stands to production; null when GitHub does not know what production runs (a rewritten history, a tree with
 * changes) or finds no history that the two share. One answer says both, so the candidate's own commit must be known.
 */
async function comparisonOf(github: Github, production: string, commit: string, most: number): Promise<Comparison | null> {
  try {
    if (isFullCommit(production)) return await compareCommits(github, production, commit, most);
  } catch (error) {
    if (!(error instanceof GithubError && error.problem === 'not-found')) throw error;
  }
  await commitNamed(github, commit);
  return null;
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
