import { type Github, placeOf } from './client';
import { attempt, GithubError } from './failure';

/** A comment of a pull request's conversation. */
export interface Comment {
  readonly id: number;
  readonly url: string;
  readonly body: string;
  /** Null when the account is gone. */
  readonly author: string | null;
}

/** The longest body that GitHub takes, in characters. Counted here in UTF-16 units, which are never fewer. */
export const COMMENT_LIMIT = 65_536;

const WRITE = 'pull-requests: write';

/** All comments of a pull request, oldest first. @throws GithubError */
export async function listComments(github: Github, pullRequest: number): Promise<readonly Comment[]> {
  const found = await attempt({ doing: `list the comments of pull request ${pullRequest}`, right: WRITE }, () =>
    github.paginate(github.rest.issues.listComments, { ...placeOf(github), issue_number: pullRequest, per_page: 100 }),
  );
  return found.map(commentOf).sort((a, b) => a.id - b.id);
}

/**
 * Not repeated when GitHub fails: it may have made the comment and lost the answer, and there would be two.
 * @throws GithubError
 */
export async function createComment(github: Github, pullRequest: number, body: string): Promise<Comment> {
  const { data } = await attempt({ doing: `comment on pull request ${pullRequest}`, right: WRITE }, () =>
    github.rest.issues.createComment({ ...placeOf(github), issue_number: pullRequest, body, request: { retries: 0 } }),
  );
  return commentOf(data);
}

/** @returns false when it is gone. @throws GithubError */
export async function updateComment(github: Github, id: number, body: string): Promise<boolean> {
  return unlessGone(() =>
    attempt({ doing: `change the comment ${id}`, right: WRITE }, () =>
      github.rest.issues.updateComment({ ...placeOf(github), comment_id: id, body }),
    ),
  );
}

/** @returns false when it was gone already. @throws GithubError */
export async function deleteComment(github: Github, id: number): Promise<boolean> {
  return unlessGone(() =>
    attempt({ doing: `delete the comment ${id}`, right: WRITE }, () =>
      github.rest.issues.deleteComment({ ...placeOf(github), comment_id: id }),
    ),
  );
}

async function unlessGone(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (error instanceof GithubError && error.problem === 'not-found') return false;
    throw error;
  }
}

interface RawComment {
  readonly id: number;
  readonly html_url: string;
  readonly body?: string;
  readonly user: { readonly login: string } | null;
}

function commentOf({ id, html_url, body, user }: RawComment): Comment {
  return { id, url: html_url, body: body ?? '', author: user?.login ?? null };
}
