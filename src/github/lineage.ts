import type { Github } from './client';
import { type Comparison, compareCommits } from './commits';
import type { Lineage } from './delivery-facts';
import { attempt, GithubError } from './failure';

const LINEAGE: Readonly<Record<Comparison['status'], Lineage>> = {
  identical: 'same',
  ahead: 'descends',
  behind: 'ancestor',
  diverged: 'diverged',
};

/** What a comparison of production's commit with the candidate's means. */
export function lineageOf({ status }: Comparison): Lineage {
  return LINEAGE[status];
}

/** Whether a branch that somebody named is there and holds a commit. @throws GithubError */
export async function namedBranchHolds(github: Github, branch: string, commit: string): Promise<boolean> {
  try {
    return await branchHolds(github, branch, commit);
  } catch (error) {
    if (error instanceof GithubError && error.problem === 'not-found') return false;
    throw error;
  }
}

/**
 * Whether a branch holds a commit. GitHub knows the commits of all branches and all forks, so knowing one says nothing.
 * @throws GithubError
 */
export async function branchHolds(github: Github, branch: string, commit: string): Promise<boolean> {
  const { owner, repo } = github;
  const { data } = await attempt({ doing: `read the branch ${branch}`, right: 'contents: read' }, () =>
    github.rest.repos.getBranch({ owner, repo, branch }),
  );
  const { status } = await compareCommits(github, commit, data.commit.sha, 0);
  return status === 'ahead' || status === 'identical';
}
