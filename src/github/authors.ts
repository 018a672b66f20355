import type { Github } from './client';
import type { Commit, Signature } from './commits';
import type { Authorship, CommitAuthor } from './delivery-facts';
import { commitsOfPullRequest, type PullRequest, pullRequestsOfCommit } from './pull-requests';

/** The account by which GitHub itself commits. */
const GITHUB_ITSELF = 'web-flow';

/**
 * Everyone who wrote part of some commits: authors, co-authors, the authors of the merged pull requests they came by, and whoever wrote or
 * rewrote a commit of such a pull request, which a squash may have left out. A committer is counted only where that says something: not GitHub itself, and
 * not whoever merged by rebase. Who pressed the button of a merge that GitHub made wrote nothing.
 * @param total how many commits there are; when that is more than are given, authors are missing, and no pull requests are looked up
 * @throws GithubError
 */
export async function authorsOf(github: Github, commits: readonly Commit[], total = commits.length): Promise<Authorship> {
  if (total !== commits.length) {
    const accounts = accountsByAddress(commits);
    return { authors: distinct(commits.flatMap((commit) => writersOf(commit, accounts, true))), authorsComplete: false };
  }
  const broughtBy = await Promise.all(commits.map(({ sha }) => mergedPullRequestsOf(github, sha)));
  const pulls = [...new Map(broughtBy.flat().map((pull) => [pull.number, pull])).values()];
  const pulled = await Promise.all(pulls.map(async (pull) => ({ pull, ...(await commitsOfPullRequest(github, pull.number)) })));
  const accounts = accountsByAddress([...commits, ...pulled.flatMap((each) => each.commits)]);
  const merges = new Set(pulls.map(({ mergeCommit }) => mergeCommit));
  const direct = commits.flatMap((commit, i) => {
    if (merges.has(commit.sha) && isGithubsMerge(commit)) return [];
    return writersOf(commit, accounts, broughtBy[i]?.length === 0);
  });
  const inPulls = pulled.flatMap((each) => [...each.commits.flatMap((commit) => writersOf(commit, accounts, true)), openerOf(each.pull)]);
  return { authors: distinct([...direct, ...inPulls]), authorsComplete: pulled.every(({ complete }) => complete) };
}

async function mergedPullRequestsOf(github: Github, sha: string): Promise<readonly PullRequest[]> {
  return (await pullRequestsOfCommit(github, sha)).filter(({ state }) => state === 'merged');
}

/** Two parents, put together by GitHub, which signs what it makes: its content follows from the parents. */
function isGithubsMerge({ parents, committer, verified }: Commit): boolean {
  return parents > 1 && committer.login === GITHUB_ITSELF && verified;
}

function openerOf({ mergeCommit, headSha, author }: PullRequest): CommitAuthor {
  return { commit: mergeCommit ?? headSha, as: 'author', login: author };
}

function writersOf(commit: Commit, accounts: ReadonlyMap<string, string>, committersToo: boolean): readonly CommitAuthor[] {
  const { author, committer, sha, message } = commit;
  const logins = [accountOf(author, accounts)];
  if (committersToo && committer.login !== null && committer.login !== GITHUB_ITSELF) logins.push(committer.login);
  const coAuthors = coAuthorAddresses(message).map((email) => accountOf({ login: null, email }, accounts));
  return [
    ...logins.map((login): CommitAuthor => ({ commit: sha, as: 'author', login })),
    ...coAuthors.map((login): CommitAuthor => ({ commit: sha, as: 'co-author', login })),
  ];
}

const TRAILER = /^co-authored-by:[^<\n]*<([^<>\n]+)>[ \t]*$/gim;

/** Addresses of the `Co-authored-by` lines of a message, wherever in it they stand. */
export function coAuthorAddresses(message: string): readonly string[] {
  return [...message.replace(/\r/g, '').matchAll(TRAILER)].flatMap(([, address]) => (address === undefined ? [] : [address.trim()]));
}

/** `login@` or `id+login@` of GitHub's own domain for people who hide their address. */
const NOREPLY = /^(?:\d+\+)?([^@+\s]+)@users\.noreply\.github\.com$/i;

function accountOf({ login, email }: Signature, accounts: ReadonlyMap<string, string>): string | null {
  if (login !== null) return login;
  if (email === null) return null;
  return NOREPLY.exec(email)?.[1] ?? accounts.get(email.toLowerCase()) ?? null;
}

/** Accounts that GitHub itself has told for an address, so that a co-author who also wrote a commit is known. */
function accountsByAddress(commits: readonly Commit[]): ReadonlyMap<string, string> {
  const signatures = commits.flatMap(({ author, committer }) => [author, committer]);
  return new Map(
    signatures.flatMap(({ login, email }) =>
      login === null || email === null || login === GITHUB_ITSELF ? [] : [[email.toLowerCase(), login]],
    ),
  );
}

function distinct(authors: readonly CommitAuthor[]): readonly CommitAuthor[] {
  return [...new Map(authors.map((author) => [`${author.commit} ${author.as} ${author.login ?? ''}`, author])).values()];
}
