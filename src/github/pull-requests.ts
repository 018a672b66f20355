import { type Github, placeOf } from './client';
import { type Commit, commitOf, compareCommits } from './commits';
import { attempt } from './failure';

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  /** Null when the account is gone. */
  readonly author: string | null;
  readonly labels: readonly string[];
  readonly state: 'open' | 'merged' | 'closed';
  readonly url: string;
  readonly headSha: string;
  /** `owner/name`; null when the fork is gone. */
  readonly headRepository: string | null;
  readonly fromFork: boolean;
  /** What its merge made on the base branch: a merge, a squashed commit, or the last one of a rebase. Null unless merged. */
  readonly mergeCommit: string | null;
}

export interface PullRequestsBetween {
  /** Merged and open ones, by number. */
  readonly pullRequests: readonly PullRequest[];
  /** How many commits there are between the two. */
  readonly commits: number;
  /** How many of them, the oldest, were not looked at. */
  readonly omitted: number;
}

/** Commits whose pull requests are looked up; each costs a request of the 1,000 that a repository's jobs have in an hour. The client has ten under way at most. */
export const MOST_COMMITS = 250;

const READ = 'pull-requests: read';

/**
 * The pull requests that a commit came by, merged ones included: after a merge there are no others.
 * @throws GithubError
 */
export async function pullRequestsOfCommit(github: Github, sha: string): Promise<readonly PullRequest[]> {
  const found = await attempt({ doing: `list the pull requests of ${sha}`, right: READ }, () =>
    github.paginate(github.rest.repos.listPullRequestsAssociatedWithCommit, { ...placeOf(github), commit_sha: sha, per_page: 100 }),
  );
  const ours = found.filter(({ base }) => isSame(base.repo.full_name, github));
  return ours.map(pullRequestOf).filter(({ state }) => state !== 'closed');
}

/**
 * Every pull request that came by a commit of `head` which `base` lacks.
 * @throws GithubError
 */
export async function pullRequestsBetween(github: Github, base: string, head: string, most = MOST_COMMITS): Promise<PullRequestsBetween> {
  const { ahead, commits } = await compareCommits(github, base, head, most);
  return { pullRequests: await pullRequestsOfCommits(github, commits), commits: ahead, omitted: ahead - commits.length };
}

/** Each once, by number. */
export async function pullRequestsOfCommits(github: Github, commits: readonly Commit[]): Promise<readonly PullRequest[]> {
  const found = await Promise.all(commits.map(({ sha }) => pullRequestsOfCommit(github, sha)));
  const byNumber = new Map(found.flat().map((pull) => [pull.number, pull]));
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}

/** @throws GithubError `not-found` when there is none of this number */
export async function pullRequestNumbered(github: Github, number: number): Promise<PullRequest> {
  const { data } = await attempt({ doing: `read the pull request ${number}`, right: READ }, () =>
    github.rest.pulls.get({ ...placeOf(github), pull_number: number }),
  );
  return pullRequestOf(data);
}

/** GitHub lists no more commits than this of one pull request. */
const MOST_OF_ONE = 250;

export interface PullRequestCommits {
  readonly commits: readonly Commit[];
  /** False when there may be more than GitHub lists. */
  readonly complete: boolean;
}

/**
 * The commits of a pull request as they were before its merge: squashed away, they still say who wrote them.
 * @throws GithubError
 */
export async function commitsOfPullRequest(github: Github, number: number): Promise<PullRequestCommits> {
  const found = await attempt({ doing: `list the commits of pull request ${number}`, right: READ }, () =>
    github.paginate(github.rest.pulls.listCommits, { ...placeOf(github), pull_number: number, per_page: 100 }),
  );
  return { commits: found.map(commitOf), complete: found.length < MOST_OF_ONE };
}

/** A pull request as each of GitHub's lists gives it, as far as we read it. */
interface RawPullRequest {
  readonly number: number;
  readonly title: string;
  readonly user: { readonly login: string } | null;
  readonly labels: readonly { readonly name?: string }[];
  readonly state: string;
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
  readonly html_url: string;
  readonly head: { readonly sha: string; readonly repo: { readonly full_name: string } | null };
  readonly base: { readonly repo: { readonly full_name: string } };
}

function pullRequestOf(raw: RawPullRequest): PullRequest {
  const merged = raw.merged_at !== null;
  const headRepository = raw.head.repo?.full_name ?? null;
  return {
    number: raw.number,
    title: raw.title,
    author: raw.user?.login ?? null,
    labels: raw.labels.flatMap(({ name }) => (name === undefined ? [] : [name])),
    state: merged ? 'merged' : raw.state === 'open' ? 'open' : 'closed',
    url: raw.html_url,
    headSha: raw.head.sha,
    headRepository,
    fromFork: headRepository !== raw.base.repo.full_name,
    mergeCommit: merged ? raw.merge_commit_sha : null,
  };
}

function isSame(fullName: string, { owner, repo }: Github): boolean {
  return fullName.toLowerCase() === `${owner}/${repo}`.toLowerCase();
}
