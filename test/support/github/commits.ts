import { api, page } from './addresses';
import { type Answer, type Call, found, NOT_FOUND, type Operations, ok, reads, refuse } from './call';
import { ancestry, commitsBetween, mergeBase, resolveRef } from './commit-graph';
import { commitView, fileView } from './commit-view';
import { pageOf } from './paging';
import { pullSummary } from './pull-view';
import type { CommitState } from './state';

/** Without paging GitHub gives this many, the newest of the comparison. */
const COMPARED_AT_ONCE = 250;

export const COMMIT_OPERATIONS: Operations = {
  'repos/get-commit': reads('contents', getCommit),
  'repos/list-commits': reads('contents', listCommits),
  'repos/list-pull-requests-associated-with-commit': { needs: ['pull-requests', 'contents'], access: 'read', answer: listPullsOfCommit },
  'repos/compare-commits-with-basehead': reads('contents', compare),
};

function noCommit(ref: string): Answer {
  return refuse(422, `No commit found for SHA: ${ref}`);
}

function getCommit(call: Call): Answer {
  const commit = resolveRef(call.state, call.params['ref'] ?? '');
  if (commit === undefined) return noCommit(call.params['ref'] ?? '');
  const { items, headers } = pageOf(call, commit.files);
  const changed = commit.files.length;
  const stats = { additions: changed, deletions: 0, total: changed };
  return ok({ ...commitView(call, commit), stats, files: items.map((file) => fileView(call, file, commit.sha)) }, headers);
}

/** Newest first, of the default branch unless told otherwise. */
function listCommits(call: Call): Answer {
  const { state, query } = call;
  const from = resolveRef(state, query.get('sha') ?? state.repository.defaultBranch);
  if (from === undefined) return NOT_FOUND;
  const known = ancestry(state, from.sha);
  const all = state.commits.filter(({ sha }) => known.has(sha)).reverse();
  const author = query.get('author');
  const { items, headers } = pageOf(
    call,
    all.filter((commit) => author === null || commit.author === author),
  );
  return ok(
    items.map((commit) => commitView(call, commit)),
    headers,
  );
}

/** Of a commit on the default branch those only whose merge brought it; of another one the open ones that hold it, too. */
function listPullsOfCommit(call: Call): Answer {
  const { state, params } = call;
  const commit = resolveRef(state, params['commit_sha'] ?? '');
  if (commit === undefined) return noCommit(params['commit_sha'] ?? '');
  const head = state.branches[state.repository.defaultBranch];
  const isDelivered = head !== undefined && ancestry(state, head).has(commit.sha);
  const holding = state.pulls.filter(
    (pull) => [pull.mergedAs, pull.headSha, ...pull.commits].includes(commit.sha) && !(isDelivered && pull.mergedAs === null),
  );
  const { items, headers } = pageOf(call, holding);
  return ok(
    items.map((pull) => pullSummary(call, pull)),
    headers,
  );
}

function compare(call: Call): Answer {
  const { state } = call;
  const [base = '', head = '', ...rest] = (call.params['basehead'] ?? '').split('...');
  const from = resolveRef(state, base);
  const to = resolveRef(state, head);
  if (from === undefined || to === undefined || rest.length > 0) return NOT_FOUND;
  const common = mergeBase(state, from.sha, to.sha);
  return found(common, (shared) => ok(...comparison(call, { from, to, shared })));
}

function comparison(
  call: Call,
  { from, to, shared }: { readonly from: CommitState; readonly to: CommitState; readonly shared: CommitState },
): [unknown, Readonly<Record<string, string>>] {
  const ahead = commitsBetween(call.state, from.sha, to.sha);
  const behind = commitsBetween(call.state, to.sha, from.sha);
  const isPaged = call.query.has('page') || call.query.has('per_page');
  const { items, headers, number } = isPaged ? pageOf(call, ahead) : { items: ahead.slice(-COMPARED_AT_ONCE), headers: {}, number: 1 };
  const files = [...new Set(ahead.flatMap((commit) => commit.files))];
  const range = `${from.sha}...${to.sha}`;
  const body = {
    url: api(call, `/compare/${range}`),
    html_url: page(call, `/compare/${range}`),
    permalink_url: page(call, `/compare/${range}`),
    diff_url: page(call, `/compare/${range}.diff`),
    patch_url: page(call, `/compare/${range}.patch`),
    base_commit: commitView(call, from),
    merge_base_commit: commitView(call, shared),
    status: standing(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: items.map((commit) => commitView(call, commit)),
    ...(number === 1 ? { files: files.slice(0, 300).map((file) => fileView(call, file, to.sha)) } : {}),
  };
  return [body, headers];
}

function standing(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}
