import * as fc from 'fast-check';
import type { Github } from '../../src/github/client';
import { type CommentResult, putStickyComment } from '../../src/github/sticky-comment';

const MARKER = '<!-- tidegate:v1:delivery:staging -->';
const OURS = 'github-actions[bot]';
const SOMEBODY = 'octo-author';

interface Stored {
  readonly id: number;
  body: string;
  readonly login: string;
}

interface Step {
  /** Which of the waiting runs goes on. */
  readonly who: number;
  /** Its write takes effect, and the answer is lost. */
  readonly lost: boolean;
  /** Somebody deletes our comments first. */
  readonly deleted: boolean;
}

/**
 * Comments in memory, behind a door that lets one request in at a time: all runs wait there until the next step names one of them. So
 * every order of their requests can be tried, which a server behind sockets does not offer.
 */
function doorTo(comments: Stored[]) {
  const waiting: ((step: Step) => void)[] = [];
  let ids = comments.length;
  const httpError = (status: number) => Object.assign(new Error('said'), { status, response: { headers: {} } });
  const shown = ({ id, body, login }: Stored) => ({ id, html_url: `#${id}`, body, user: { login } });
  const request = <T>(act: () => T, isWrite: boolean): Promise<T> =>
    new Promise((resolve, reject) => {
      waiting.push(({ lost }) => {
        try {
          const answer = act();
          if (lost && isWrite) reject(httpError(502));
          else resolve(answer);
        } catch (error) {
          reject(error);
        }
      });
    });
  const at = (id: number): number => {
    const index = comments.findIndex((comment) => comment.id === id);
    if (index < 0) throw httpError(404);
    return index;
  };
  const create = (body: string) => {
    ids += 1;
    const made: Stored = { id: ids, body, login: OURS };
    comments.push(made);
    return { data: shown(made) };
  };
  const update = (id: number, body: string): void => {
    const found = comments[at(id)];
    if (found !== undefined) found.body = body;
  };
  const github = {
    owner: 'example-org',
    repo: 'example-check-in',
    paginate: () => request(() => comments.map(shown), false),
    rest: {
      issues: {
        createComment: ({ body }: { body: string }) => request(() => create(body), true),
        // Of these the client asks again when an answer is lost, so only the last one counts.
        updateComment: ({ comment_id: id, body }: { comment_id: number; body: string }) => request(() => update(id, body), false),
        deleteComment: ({ comment_id: id }: { comment_id: number }) => request(() => comments.splice(at(id), 1), false),
      },
    },
  } as unknown as Github;
  return { github, waiting };
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.nat(7),
  lost: fc.nat(5).map((n) => n === 0),
  deleted: fc.nat(9).map((n) => n === 0),
});

async function drive(mode: 'update' | 'recreate', before: number, texts: readonly string[], steps: readonly Step[]) {
  const comments: Stored[] = [{ id: 1, body: `${MARKER}\nforged`, login: SOMEBODY }];
  for (let i = 0; i < before; i += 1) comments.push({ id: i + 2, body: `${MARKER}\nold ${i}`, login: OURS });
  const { github, waiting } = doorTo(comments);
  const results: CommentResult[] = [];
  for (const text of texts) {
    const sticky = { pullRequest: 41, marker: MARKER, body: `${MARKER}\n${text}`, mode, login: OURS };
    putStickyComment(github, sticky).then((result) => results.push(result));
  }
  for (let i = 0; results.length < texts.length; i += 1) {
    await new Promise(setImmediate);
    const next = steps[i] ?? { who: 0, lost: false, deleted: false };
    if (next.deleted) comments.splice(1);
    waiting.splice(next.who % Math.max(waiting.length, 1), 1)[0]?.(next);
  }
  return { comments, ours: comments.filter(({ login }) => login === OURS), outcomes: results.map(({ outcome }) => outcome) };
}

test.each(['update', 'recreate'] as const)('in mode %s no calls in any order leave two comments of ours', async (mode) => {
  const texts = fc.array(fc.constantFrom('one', 'two', 'three'), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.nat(2), texts, fc.array(step, { maxLength: 40 }), async (before, wanted, steps) => {
      const { comments, ours } = await drive(mode, before, wanted, steps);
      expect(ours.length).toBeLessThanOrEqual(1);
      expect(comments[0]).toEqual({ id: 1, body: `${MARKER}\nforged`, login: SOMEBODY });
    }),
    { numRuns: 500 },
  );
});

test('and when nobody deletes, exactly one that says what one of them wanted', async () => {
  const undisturbed = step.map((each) => ({ ...each, deleted: false }));
  await fc.assert(
    fc.asyncProperty(fc.nat(2), fc.array(undisturbed, { maxLength: 30 }), async (before, steps) => {
      const { ours, outcomes } = await drive('update', before, ['one', 'two'], steps);
      expect(outcomes).not.toContain('failed');
      expect(ours.map(({ body }) => body)).toEqual([expect.stringMatching(/^<!-- .+ -->\n(one|two)$/)]);
    }),
    { numRuns: 500 },
  );
});
