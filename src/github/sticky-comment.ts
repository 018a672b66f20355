import type { Github } from './client';
import { COMMENT_LIMIT, type Comment, createComment, deleteComment, listComments, updateComment } from './comments';
import { GithubError, type GithubProblem } from './failure';
import { ownLogin } from './own-login';

export interface StickyComment {
  readonly pullRequest: number;
  /** The first line of the body, by which the comment is found again. */
  readonly marker: string;
  /** Begins with the marker; or made, each time that we look, from what stands there (null: nothing). Null leaves all as it is. */
  readonly body: string | ((existing: string | null) => string | null);
  /** `update` rewrites the comment, which notifies nobody; `recreate` makes a new one and removes the old. */
  readonly mode?: 'update' | 'recreate';
  /** Whose token this is, when it is an app's that is not GitHub Actions'. Found out when it is not said. */
  readonly login?: string;
}

/** What became of the comment. A failure is told, never thrown: no verdict may depend on a comment. */
export type CommentResult =
  | { readonly outcome: 'created' | 'updated' | 'unchanged'; readonly id: number; readonly url: string; readonly reason: null }
  | { readonly outcome: 'none'; readonly id: null; readonly url: string | null; readonly reason: null }
  | { readonly outcome: 'failed'; readonly id: null; readonly url: null; readonly problem: GithubProblem; readonly reason: string };

/** Rounds of looking and acting; each ends early when nothing is left to do. */
const MOST_ROUNDS = 5;

/**
 * Sees to it that one comment of ours says what it should. Looks, does one thing and looks again, so that a comment which somebody deleted
 * in between, one that GitHub made though it answered with an error, and one that another run made at the same moment all end as one.
 *
 * Ours is what begins with the marker and is by our own login: anybody may write the marker. Of several the oldest is kept (in mode
 * `recreate` the newest), because that is what others have linked, and every run that looks agrees on it; the others are deleted.
 */
export async function putStickyComment(github: Github, sticky: StickyComment): Promise<CommentResult> {
  const unfit = typeof sticky.body === 'string' ? unfitBody(sticky.marker, sticky.body) : null;
  if (unfit !== null) return failed('invalid', unfit);
  try {
    return await settle(github, sticky, sticky.login ?? (await ownLogin(github)));
  } catch (error) {
    if (error instanceof GithubError) return failed(error.problem, error.message);
    throw error;
  }
}

/** Our own comments with a marker, oldest first. @throws GithubError */
export async function findStickyComments(github: Github, pullRequest: number, marker: string, login?: string): Promise<readonly Comment[]> {
  const own = login ?? (await ownLogin(github));
  return (await listComments(github, pullRequest)).filter((comment) => comment.author === own && begins(comment.body, marker));
}

async function settle(github: Github, sticky: StickyComment, assumedLogin: string): Promise<CommentResult> {
  const { pullRequest, marker, mode = 'update' } = sticky;
  let login = assumedLogin;
  let created: Comment | null = null;
  let wrote = false;
  let lastFailure: GithubError | null = null;
  // Fixed once it is written: what is read after that is our own.
  let body: string | null = null;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const own: readonly Comment[] = await findStickyComments(github, pullRequest, marker, login);
    const kept = mode === 'recreate' ? own.at(-1) : own[0];
    // A list may lag behind what was just made, so what we made once is not made again.
    if (kept === undefined && created !== null) return done('created', created);
    body = created !== null || wrote ? body : composed(sticky, kept?.body ?? null);
    if (body === null) return { outcome: 'none', id: null, url: kept?.url ?? null, reason: null };
    const fresh = mode === 'recreate' && created === null && !says(kept, body);
    if (kept === undefined || fresh) {
      const made = await createOnce(github, pullRequest, body);
      if (made instanceof GithubError) lastFailure = made;
      else {
        created = made;
        login = made.author ?? login;
      }
      continue;
    }
    if (mode === 'update' && !says(kept, body)) {
      wrote = await updateComment(github, kept.id, body);
      if (!wrote) continue;
    }
    for (const { id } of own) if (id !== kept.id) await deleteComment(github, id);
    return done(created !== null ? 'created' : wrote ? 'updated' : 'unchanged', kept);
  }
  throw lastFailure ?? new GithubError('unavailable', `The comment on pull request ${pullRequest} was deleted as often as it was written.`);
}

/** A failure that may yet have made the comment is handed back: the next look will tell. */
async function createOnce(github: Github, pullRequest: number, body: string): Promise<Comment | GithubError> {
  try {
    return await createComment(github, pullRequest, body);
  } catch (error) {
    if (error instanceof GithubError && error.problem === 'unavailable') return error;
    throw error;
  }
}

/** @throws GithubError for a text that must not be sent */
function composed({ marker, body }: StickyComment, existing: string | null): string | null {
  const text = typeof body === 'string' ? body : body(existing);
  const unfit = text === null ? null : unfitBody(marker, text);
  if (unfit !== null) throw new GithubError('invalid', unfit);
  return text;
}

function unfitBody(marker: string, body: string): string | null {
  if (!begins(body, marker)) return 'The comment does not begin with its marker, so it would never be found again. Nothing was sent.';
  if (body.length <= COMMENT_LIMIT) return null;
  return `The comment has ${body.length} characters, and GitHub takes ${COMMENT_LIMIT}. Nothing was sent.`;
}

/** GitHub may hand a body back with other line ends. */
function begins(body: string, marker: string): boolean {
  return body === marker || body.startsWith(`${marker}\n`) || body.startsWith(`${marker}\r\n`);
}

function says(comment: Comment | undefined, body: string): boolean {
  return comment !== undefined && bare(comment.body) === bare(body);
}

const bare = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();

function done(outcome: 'created' | 'updated' | 'unchanged', { id, url }: Comment): CommentResult {
  return { outcome, id, url, reason: null };
}

function failed(problem: GithubProblem, reason: string): CommentResult {
  return { outcome: 'failed', id: null, url: null, problem, reason };
}
