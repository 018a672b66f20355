import type { CommitState, GithubState } from './state';

/** @returns the commit that a branch, a SHA or the beginning of one (7 characters) names; undefined when there is none. */
export function resolveRef(state: GithubState, ref: string): CommitState | undefined {
  const sha = state.branches[ref.replace(/^(refs\/)?heads\//, '')] ?? ref;
  return (
    state.commits.find((commit) => commit.sha === sha) ?? state.commits.find((commit) => sha.length >= 7 && commit.sha.startsWith(sha))
  );
}

/** @returns the SHAs of a commit and of everything it descends from. */
export function ancestry(state: GithubState, from: string): ReadonlySet<string> {
  const bySha = new Map(state.commits.map((commit) => [commit.sha, commit]));
  const seen = new Set<string>();
  const open = [from];
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    if (seen.has(sha)) continue;
    seen.add(sha);
    open.push(...(bySha.get(sha)?.parents ?? []));
  }
  return seen;
}

/** @returns a commit that both descend from and that no other such commit descends from; undefined for unrelated histories. */
export function mergeBase(state: GithubState, one: string, other: string): CommitState | undefined {
  const ofOne = ancestry(state, one);
  const ofOther = ancestry(state, other);
  const common = state.commits.filter(({ sha }) => ofOne.has(sha) && ofOther.has(sha));
  return common.find(({ sha }) => !common.some((later) => later.sha !== sha && ancestry(state, later.sha).has(sha)));
}

/** @returns what `git log base..head` shows, oldest first: parents stand before their children. */
export function commitsBetween(state: GithubState, base: string, head: string): readonly CommitState[] {
  const known = ancestry(state, base);
  const bySha = new Map(state.commits.map((commit) => [commit.sha, commit]));
  const ordered: CommitState[] = [];
  const seen = new Set<string>();
  const open: { readonly sha: string; readonly parentsDone: boolean }[] = [{ sha: head, parentsDone: false }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const commit = bySha.get(next.sha);
    if (commit === undefined || known.has(next.sha)) continue;
    if (next.parentsDone) ordered.push(commit);
    else if (!seen.has(next.sha)) {
      seen.add(next.sha);
      open.push({ sha: next.sha, parentsDone: true }, ...commit.parents.map((sha) => ({ sha, parentsDone: false })).reverse());
    }
  }
  return ordered;
}
