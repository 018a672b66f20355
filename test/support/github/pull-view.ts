import { api, fullName, page } from './addresses';
import type { Call } from './call';
import { idOf, person, personOrNobody } from './people';
import { repositoryView } from './repository-view';
import type { PullState } from './state';

type Json = Readonly<Record<string, unknown>>;

/** A pull request in lists. */
export function pullSummary(call: Call, pull: PullState): Json {
  const { number, title, body, author, state, mergedAs, labels, draft, locked } = pull;
  const at = '2026-01-01T00:00:00Z';
  return {
    id: idOf(`pull ${number}`),
    number,
    title,
    body,
    state,
    draft,
    locked,
    url: api(call, `/pulls/${number}`),
    html_url: page(call, `/pull/${number}`),
    user: person(author),
    labels: labels.map((name) => ({
      id: idOf(name),
      node_id: '',
      url: api(call, `/labels/${name}`),
      name,
      description: '',
      color: 'ededed',
      default: false,
    })),
    created_at: at,
    updated_at: at,
    closed_at: state === 'closed' ? at : null,
    merged_at: mergedAs === null ? null : at,
    merge_commit_sha: mergedAs,
    head: end(call, pull.headRepository, pull.headRef, pull.headSha),
    base: end(call, fullName(call), pull.baseRef, pull.baseSha),
    author_association: 'CONTRIBUTOR',
    auto_merge: null,
    _links: links(call, number),
  };
}

/** A pull request by itself. */
export function pullView(call: Call, pull: PullState): Json {
  const isMerged = pull.mergedAs !== null;
  return {
    ...pullSummary(call, pull),
    merged: isMerged,
    mergeable: isMerged ? null : true,
    mergeable_state: isMerged ? 'unknown' : 'clean',
    merged_by: isMerged ? personOrNobody(pull.mergedBy) : null,
    comments: call.state.comments[pull.number]?.length ?? 0,
    commits: Math.max(pull.commits.length, 1),
    changed_files: pull.files.length,
    maintainer_can_modify: false,
  };
}

/** A branch of this repository or of a fork; a fork that was deleted has no `repo`. */
function end(call: Call, repository: string | null, ref: string, sha: string): Json {
  const [owner = 'ghost'] = (repository ?? 'ghost').split('/');
  const repo = repository === null ? null : repositoryView(call, repository);
  return { label: `${owner}:${ref}`, ref, sha, user: repository === null ? null : person(owner), repo };
}

function links(call: Call, number: number): Json {
  const hrefs = {
    self: api(call, `/pulls/${number}`),
    html: page(call, `/pull/${number}`),
    issue: api(call, `/issues/${number}`),
    comments: api(call, `/issues/${number}/comments`),
    review_comments: api(call, `/pulls/${number}/comments`),
    review_comment: api(call, `/pulls/comments{/number}`),
    commits: api(call, `/pulls/${number}/commits`),
    statuses: api(call, `/statuses/${number}`),
  };
  return Object.fromEntries(Object.entries(hrefs).map(([name, href]) => [name, { href }]));
}
