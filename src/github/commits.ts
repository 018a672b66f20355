import { type Github, placeOf } from './client';
import { attempt, GithubError } from './failure';

/** What GitHub says of one commit. Addresses and the message are whatever its writer put there. */
export interface Commit {
  readonly sha: string;
  readonly parents: number;
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
  /** GitHub has checked the commit's signature. */
  readonly verified: boolean;
}

export interface Signature {
  /** Null when GitHub knows no account for the address. */
  readonly login: string | null;
  readonly email: string | null;
}

export interface Comparison {
  readonly status: 'identical' | 'ahead' | 'behind' | 'diverged';
  /** How many commits `head` has and `base` lacks. */
  readonly ahead: number;
  /** Those commits from the oldest to the newest; the newest of them when there are more than was asked for. */
  readonly commits: readonly Commit[];
}

const PAGE = 100;
const FULL_COMMIT = /^[0-9a-f]{40}$/;
const READ = 'contents: read';

/**
 * How `head` stands to `base`, by ancestry.
 * @param most how many commits are read at most
 * @throws GithubError `invalid` for anything but two full commits, `not-found` for a commit that GitHub does not know
 */
export async function compareCommits(github: Github, base: string, head: string, most: number): Promise<Comparison> {
  for (const commit of [base, head]) requireFull(commit);
  const page = (number: number, size: number) =>
    attempt({ doing: `compare ${base} with ${head}`, right: READ }, async () => {
      const { data } = await github.rest.repos.compareCommitsWithBasehead({
        ...placeOf(github),
        basehead: `${base}...${head}`,
        page: number,
        per_page: size,
      });
      return data;
    });
  // Of the first page only the counts are sure to be needed; it is also the only one with the changed files, so it is kept small.
  const first = await page(1, 1);
  const ahead = first.total_commits;
  const skipped = Math.max(0, ahead - most);
  const commits: Commit[] = [];
  for (let number = Math.floor(skipped / PAGE) + 1; most > 0 && (number - 1) * PAGE < ahead; number += 1) {
    commits.push(...(await page(number, PAGE)).commits.map(commitOf));
  }
  const wanted = commits.slice(commits.length - Math.min(most, ahead));
  if (wanted.length !== Math.min(most, ahead)) {
    throw new GithubError('unavailable', `GitHub counts ${ahead} commits after ${base} and listed ${commits.length}; run it again.`);
  }
  return { status: first.status, ahead, commits: wanted };
}

/** @throws GithubError `not-found` for a commit that GitHub does not know */
export async function commitNamed(github: Github, sha: string): Promise<Commit> {
  requireFull(sha);
  const { data } = await attempt({ doing: `read the commit ${sha}`, right: READ }, () =>
    github.rest.repos.getCommit({ ...placeOf(github), ref: sha }),
  );
  return commitOf(data);
}

/** A commit as each of GitHub's lists gives it, as far as we read it. */
export interface RawCommit {
  readonly sha: string;
  readonly parents: readonly unknown[];
  /** GitHub answers `{}` for some addresses that it knows no account for. */
  readonly author: { readonly login?: string } | null;
  readonly committer: { readonly login?: string } | null;
  readonly commit: {
    readonly author: { readonly email?: string } | null;
    readonly committer: { readonly email?: string } | null;
    readonly message: string;
    readonly verification?: { readonly verified: boolean };
  };
}

export function commitOf({ sha, parents, author, committer, commit }: RawCommit): Commit {
  return {
    sha,
    parents: parents.length,
    author: { login: author?.login ?? null, email: commit.author?.email ?? null },
    committer: { login: committer?.login ?? null, email: commit.committer?.email ?? null },
    message: commit.message,
    verified: commit.verification?.verified === true,
  };
}

/** Whether it is all 40 digits of a commit, and nothing besides. */
export function isFullCommit(commit: string): boolean {
  return FULL_COMMIT.test(commit);
}

/** A branch or an abbreviation would mean another commit tomorrow. */
function requireFull(commit: string): void {
  if (!isFullCommit(commit))
    throw new GithubError('invalid', `"${commit.slice(0, 80)}" is no full commit, so GitHub cannot be asked about it.`);
}
