import { api, page } from './addresses';
import type { Call } from './call';
import { personOrNobody } from './people';
import type { CommitState } from './state';

/** A commit in lists and comparisons. */
export function commitView(call: Call, commit: CommitState): Readonly<Record<string, unknown>> {
  const { sha, parents, author, committer, email, committerEmail, verified, message, date } = commit;
  const signature = (login: string | null, address: string): unknown => ({ name: login ?? 'Somebody', email: address, date });
  const verification = { verified, reason: verified ? 'valid' : 'unsigned', signature: null, payload: null, verified_at: null };
  const by = committer ?? author;
  return {
    sha,
    url: api(call, `/commits/${sha}`),
    html_url: page(call, `/commit/${sha}`),
    commit: {
      message,
      author: signature(author, email),
      committer: signature(by, committerEmail ?? email),
      tree: { sha },
      comment_count: 0,
      verification,
    },
    author: commit.emptyAuthor ? {} : personOrNobody(author),
    committer: personOrNobody(by),
    parents: parents.map((parent) => ({ sha: parent, url: api(call, `/commits/${parent}`), html_url: page(call, `/commit/${parent}`) })),
  };
}

export function fileView(call: Call, filename: string, sha: string): unknown {
  const at = { blob_url: page(call, `/blob/${sha}/${filename}`), raw_url: page(call, `/raw/${sha}/${filename}`) };
  return {
    sha,
    filename,
    status: 'modified',
    additions: 1,
    deletions: 0,
    changes: 1,
    ...at,
    contents_url: api(call, `/contents/${filename}`),
  };
}
