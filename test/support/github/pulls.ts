import { type Answer, type Call, found, type Operations, ok, reads } from './call';
import { commitView, fileView } from './commit-view';
import { pageOf } from './paging';
import { pullSummary, pullView } from './pull-view';
import type { CommitState, PullState } from './state';

export const PULL_OPERATIONS: Operations = {
  'pulls/get': reads('pull-requests', (call) => found(pullOf(call), (pull) => ok(pullView(call, pull)))),
  'pulls/list': reads('pull-requests', listPulls),
  'pulls/list-files': reads('pull-requests', (call) => found(pullOf(call), (pull) => listFiles(call, pull))),
  'pulls/list-commits': reads('pull-requests', (call) => found(pullOf(call), (pull) => listCommits(call, pull))),
};

function pullOf({ state, params }: Call): PullState | undefined {
  return state.pulls.find(({ number }) => number === Number(params['pull_number']));
}

/** Newest first; open ones unless told otherwise. */
function listPulls(call: Call): Answer {
  const wanted = call.query.get('state') ?? 'open';
  const base = call.query.get('base');
  const head = call.query.get('head');
  const matching = call.state.pulls.filter(
    (pull) =>
      (wanted === 'all' || pull.state === wanted) &&
      (base === null || pull.baseRef === base) &&
      (head === null || head === `${pull.headRepository?.split('/')[0] ?? ''}:${pull.headRef}`),
  );
  const { items, headers } = pageOf(call, [...matching].reverse());
  return ok(
    items.map((pull) => pullSummary(call, pull)),
    headers,
  );
}

function listFiles(call: Call, pull: PullState): Answer {
  const { items, headers } = pageOf(call, pull.files);
  return ok(
    items.map((file) => fileView(call, file, pull.headSha)),
    headers,
  );
}

function listCommits(call: Call, pull: PullState): Answer {
  const shas = pull.commits.length === 0 ? [pull.headSha] : pull.commits;
  const commits = shas.flatMap((sha): CommitState[] => call.state.commits.filter((commit) => commit.sha === sha));
  const { items, headers } = pageOf(call, commits);
  return ok(
    items.map((commit) => commitView(call, commit)),
    headers,
  );
}
