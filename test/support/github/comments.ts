import { z } from 'zod';
import { api, page } from './addresses';
import { type Answer, type Call, found, type Operations, ok, refuse } from './call';
import { pageOf } from './paging';
import { idOf, personOrNobody } from './people';
import type { CommentState, PullState } from './state';

const LONGEST_BODY = 65_536;
const FIRST_ID = 2_000_000_000;
const EPOCH = Date.UTC(2026, 0, 2);
/** Both kinds of permission open the comments of a pull request. */
const NEEDS = ['pull-requests', 'issues'];

interface Located {
  readonly pull: PullState;
  readonly comment: CommentState;
}

/** Comments of pull requests: this server has no plain issues. */
export const COMMENT_OPERATIONS: Operations = {
  'issues/list-comments': { needs: NEEDS, access: 'read', answer: listComments },
  'issues/get-comment': {
    needs: NEEDS,
    access: 'read',
    answer: (call) => found(locate(call), ({ pull, comment }) => ok(view(call, pull, comment))),
  },
  'issues/create-comment': { needs: NEEDS, access: 'write', answer: createComment },
  'issues/update-comment': { needs: NEEDS, access: 'write', answer: updateComment },
  'issues/delete-comment': { needs: NEEDS, access: 'write', answer: deleteComment },
};

function listComments(call: Call): Answer {
  return found(pullOf(call), (pull) => {
    const since = call.query.get('since') ?? '';
    const all = commentsOf(call, pull).filter(({ updatedAt }) => updatedAt >= since);
    const { items, headers } = pageOf(call, all);
    const shown = items.map((comment) => view(call, pull, comment));
    return ok(shown, headers);
  });
}

function createComment(call: Call): Answer {
  return found(pullOf(call), (pull) => {
    if (pull.locked) return refuse(403, 'Unable to create comment because issue is locked.');
    const body = bodyOf(call);
    const refusal = refusedBody(body);
    if (refusal !== null) return refusal;
    const at = now(call);
    const comment: CommentState = { id: nextId(call), body, author: call.state.token.login, createdAt: at, updatedAt: at };
    call.state.comments[pull.number] = [...commentsOf(call, pull), comment];
    return { ...ok(view(call, pull, comment), { location: api(call, `/issues/comments/${comment.id}`) }), status: 201 };
  });
}

function updateComment(call: Call): Answer {
  return found(locate(call), ({ pull, comment }) => {
    complainOfOthers(call, comment, 'changed');
    const body = bodyOf(call);
    const refusal = refusedBody(body);
    if (refusal !== null) return refusal;
    comment.body = body;
    comment.updatedAt = now(call);
    return ok(view(call, pull, comment));
  });
}

function deleteComment(call: Call): Answer {
  return found(locate(call), ({ pull, comment }) => {
    complainOfOthers(call, comment, 'deleted');
    call.state.comments[pull.number] = commentsOf(call, pull).filter(({ id }) => id !== comment.id);
    return { status: 204 };
  });
}

/** GitHub lets a token with the permission do it. */
function complainOfOthers(call: Call, { id, author }: CommentState, what: string): void {
  if (author !== call.state.token.login) call.complain(`comment ${id} of ${author ?? 'nobody'} was ${what}`);
}

function bodyOf({ body }: Call): string {
  return z.object({ body: z.string() }).parse(body).body;
}

function refusedBody(body: string): Answer | null {
  if (body.trim() === '') return unprocessable("Body can't be blank");
  return body.length > LONGEST_BODY ? unprocessable(`Body is too long (maximum is ${LONGEST_BODY} characters)`) : null;
}

function unprocessable(message: string): Answer {
  return refuse(422, 'Validation Failed', { errors: [{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message }] });
}

function pullOf({ state, params }: Call): PullState | undefined {
  return state.pulls.find(({ number }) => number === Number(params['issue_number']));
}

function commentsOf({ state }: Call, { number }: PullState): readonly CommentState[] {
  return state.comments[number] ?? [];
}

function locate(call: Call): Located | undefined {
  const id = Number(call.params['comment_id']);
  for (const pull of call.state.pulls) {
    const comment = commentsOf(call, pull).find((each) => each.id === id);
    if (comment !== undefined) return { pull, comment };
  }
  return undefined;
}

/** GitHub never gives a number twice, whatever was deleted. */
function nextId({ next }: Call): number {
  return FIRST_ID + next();
}

/** A second passes with each change. */
function now({ next }: Call): string {
  return new Date(EPOCH + next() * 1_000).toISOString().replace('.000', '');
}

function view(call: Call, pull: PullState, comment: CommentState): unknown {
  const { id, body, author, createdAt, updatedAt } = comment;
  const app = author?.endsWith('[bot]') === true ? author.replace(/\[bot\]$/, '') : null;
  return {
    id,
    url: api(call, `/issues/comments/${id}`),
    html_url: page(call, `/pull/${pull.number}#issuecomment-${id}`),
    issue_url: api(call, `/issues/${pull.number}`),
    body,
    user: personOrNobody(author),
    created_at: createdAt,
    updated_at: updatedAt,
    author_association: 'NONE',
    performed_via_github_app: app === null ? null : { id: idOf(app), slug: app, name: app },
  };
}
