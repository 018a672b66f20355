import { COMMENT_LIMIT } from '../../src/github/comments';
import { putStickyComment, type StickyComment } from '../../src/github/sticky-comment';
import type { GithubServer } from '../support/github/start-github';
import { connect, githubOfTest, sha } from './repository';

const start = githubOfTest();
const MARKER = '<!-- tidegate:v1:delivery:staging -->';
const OURS = 'github-actions[bot]';
const pulls = [{ number: 41, headSha: sha(1) }];
const body = (text: string): string => `${MARKER}\n${text}\n`;
const sticky = (text: string, more: Partial<StickyComment> = {}): StickyComment => ({
  pullRequest: 41,
  marker: MARKER,
  body: body(text),
  ...more,
});
const bodies = (server: GithubServer): readonly string[] => (server.state.comments[41] ?? []).map((comment) => comment.body);
const written = (server: GithubServer): readonly string[] =>
  server.requests().flatMap(({ method, operationId }) => (method === 'GET' ? [] : [operationId ?? '']));

describe('one comment of ours', () => {
  test('is made by the first run', async () => {
    const { server, github } = await start({ pulls });
    const result = await putStickyComment(github, sticky('one'));
    expect(result).toMatchObject({ outcome: 'created', url: expect.stringContaining('/pull/41#issuecomment-'), reason: null });
    expect(bodies(server)).toEqual([body('one')]);
  });

  test('is rewritten by the next, and keeps its address', async () => {
    const { server, github } = await start({ pulls });
    const first = await putStickyComment(github, sticky('one'));
    expect(await putStickyComment(github, sticky('two'))).toEqual({ ...first, outcome: 'updated' });
    expect(bodies(server)).toEqual([body('two')]);
  });

  test('is made from what stands there when it is written, not from what stood there before', async () => {
    const { server, github } = await start({ pulls, comments: { 41: [{ id: 7, body: body('one'), author: OURS }] } });
    const read: (string | null)[] = [];
    // Somebody else rewrites it, or deletes it, just before our write arrives: the first attempt meets a comment that is gone.
    server.after('issues/list-comments', (state) => {
      state.comments[41] = [];
    });
    const others = structuredClone(server.state.comments[41] ?? []).map((comment) => ({ ...comment, id: 9, body: body('of another run') }));
    server.after('issues/update-comment', (state) => {
      state.comments[41] = others;
    });
    const compose = (existing: string | null) => {
      read.push(existing);
      return existing?.includes('two') ? existing : `${existing ?? MARKER}\ntwo\n`;
    };
    expect(await putStickyComment(github, { ...sticky('one'), body: compose })).toMatchObject({ outcome: 'updated', id: 9 });
    expect(read).toEqual([body('one'), body('of another run')]);
    expect(bodies(server)).toEqual([`${body('of another run')}\ntwo\n`]);
  });

  test('is left as it is when nothing is to be said, and none is begun', async () => {
    const { server, github } = await start({ pulls });
    const nothing = { ...sticky('one'), body: () => null };
    expect(await putStickyComment(github, nothing)).toEqual({ outcome: 'none', id: null, url: null, reason: null });
    expect(written(server)).toEqual([]);
  });

  test('is not written from words that do not begin with its marker', async () => {
    const { server, github } = await start({ pulls });
    expect(await putStickyComment(github, { ...sticky('one'), body: () => 'words' })).toMatchObject({
      outcome: 'failed',
      problem: 'invalid',
    });
    expect(written(server)).toEqual([]);
  });

  test('is left alone when it says so already, whatever GitHub made of its line ends', async () => {
    const comments = { 41: [{ id: 7, body: body('one').replaceAll('\n', '\r\n').trimEnd(), author: OURS }] };
    const { server, github } = await start({ pulls, comments });
    expect(await putStickyComment(github, sticky('one'))).toMatchObject({ outcome: 'unchanged', id: 7 });
    expect(written(server)).toEqual([]);
  });

  test('is found behind 300 others', async () => {
    const others = Array.from({ length: 300 }, (_, i) => ({ id: i + 1, body: `Remark ${i}` }));
    const { server, github } = await start({ pulls, comments: { 41: [...others, { id: 999, body: body('old'), author: OURS }] } });
    expect(await putStickyComment(github, sticky('new'))).toMatchObject({ outcome: 'updated', id: 999 });
    expect(bodies(server)).toHaveLength(301);
  });

  test('is not the one of another workflow', async () => {
    const { server, github } = await start({ pulls });
    await putStickyComment(github, sticky('one'));
    const other = '<!-- tidegate:v1:nightly:staging -->';
    await putStickyComment(github, { pullRequest: 41, marker: other, body: `${other}\ntwo` });
    expect(bodies(server)).toEqual([body('one'), `${other}\ntwo`]);
  });

  test('is not what somebody else wrote with our marker, be it a person or another bot', async () => {
    const foreign = [
      { id: 1, body: body('forged'), author: 'octo-author' },
      { id: 2, body: body('forged'), author: 'another-app[bot]' },
      { id: 3, body: body('forged'), author: null },
    ];
    const { server, github } = await start({ pulls, comments: { 41: foreign } });
    expect(await putStickyComment(github, sticky('ours'))).toMatchObject({ outcome: 'created' });
    expect(bodies(server)).toEqual([body('forged'), body('forged'), body('forged'), body('ours')]);
  });

  test('is not one of ours that only quotes the marker', async () => {
    const quoting = [
      { id: 1, body: `See ${MARKER}`, author: OURS },
      { id: 2, body: `${MARKER}x\n`, author: OURS },
    ];
    const { server, github } = await start({ pulls, comments: { 41: quoting } });
    await putStickyComment(github, sticky('ours'));
    expect(bodies(server)).toHaveLength(3);
  });

  test('of several the oldest is kept', async () => {
    const twice = [
      { id: 5, body: body('first'), author: OURS },
      { id: 6, body: 'A remark' },
      { id: 7, body: body('second'), author: OURS },
    ];
    const { server, github } = await start({ pulls, comments: { 41: twice } });
    expect(await putStickyComment(github, sticky('new'))).toMatchObject({ outcome: 'updated', id: 5 });
    expect(bodies(server)).toEqual([body('new'), 'A remark']);
  });

  test('in mode recreate is a new one, and the old is gone', async () => {
    const { server, github } = await start({ pulls, comments: { 41: [{ id: 5, body: body('old'), author: OURS }] } });
    const result = await putStickyComment(github, sticky('new', { mode: 'recreate' }));
    expect(result).toMatchObject({ outcome: 'created' });
    expect(result.id).not.toBe(5);
    expect(bodies(server)).toEqual([body('new')]);
    expect(await putStickyComment(github, sticky('new', { mode: 'recreate' }))).toMatchObject({ outcome: 'unchanged' });
  });
});

describe('whose comments are ours', () => {
  test("those of a person, with a person's token", async () => {
    const comments = { 41: [{ id: 5, body: body('old'), author: 'octo-manager' }] };
    const { github } = await start({ pulls, comments, token: { login: 'octo-manager' } });
    expect(await putStickyComment(github, sticky('new'))).toMatchObject({ outcome: 'updated', id: 5 });
  });

  test("another app's are found out by what it writes, so that its second run makes no second comment", async () => {
    const { server, github } = await start({ pulls, token: { login: 'example-app[bot]' } });
    const first = await putStickyComment(github, sticky('one'));
    expect(await putStickyComment(github, sticky('two'))).toMatchObject({ id: first.id });
    expect(bodies(server)).toEqual([body('two')]);
  });

  test('are not guessed when GitHub only failed to tell', async () => {
    const { server, github } = await start({ pulls });
    server.fail({ operationId: 'users/get-authenticated', status: 500, times: 9 });
    expect(await putStickyComment(github, sticky('one'))).toMatchObject({ outcome: 'failed', problem: 'unavailable' });
    expect(bodies(server)).toEqual([]);
  });

  test('or are said', async () => {
    const comments = { 41: [{ id: 5, body: body('old'), author: 'example-app[bot]' }] };
    const { server, github } = await start({ pulls, comments, token: { login: 'example-app[bot]' } });
    expect(await putStickyComment(github, sticky('new', { login: 'example-app[bot]' }))).toMatchObject({ outcome: 'updated', id: 5 });
    expect(written(server)).toEqual(['issues/update-comment']);
  });
});

describe('what happens in between', () => {
  test('somebody deletes the comment: it is made once', async () => {
    const { server, github } = await start({ pulls, comments: { 41: [{ id: 5, body: body('old'), author: OURS }] } });
    server.after('issues/list-comments', (state) => {
      state.comments[41] = [];
    });
    expect(await putStickyComment(github, sticky('new'))).toMatchObject({ outcome: 'created' });
    expect(bodies(server)).toEqual([body('new')]);
  });

  test('somebody deletes it as soon as it is made: it is not forced upon them', async () => {
    const { server, github } = await start({ pulls });
    server.after('issues/create-comment', (state) => {
      state.comments[41] = [];
    });
    expect(await putStickyComment(github, sticky('new'))).toMatchObject({ outcome: 'created' });
    expect(written(server)).toEqual(['issues/create-comment']);
  });

  test('two merges close together: both runs look before either writes, and one comment is left', async () => {
    const { server, github } = await start({ pulls });
    const [first, second] = await Promise.all([
      putStickyComment(github, sticky('one')),
      putStickyComment(connect(server.url), sticky('two')),
    ]);
    expect([first.outcome, second.outcome]).not.toContain('failed');
    expect(bodies(server)).toHaveLength(1);
  });

  test.each([502, 'reset'] as const)('GitHub makes the comment and answers %s: there are not two', async (status) => {
    const { server, github } = await start({ pulls });
    server.fail({ operationId: 'issues/create-comment', status, applied: true });
    expect(await putStickyComment(github, sticky('one'))).toMatchObject({ outcome: 'unchanged' });
    expect(bodies(server)).toEqual([body('one')]);
  });

  test('GitHub fails and makes none: it is asked again', async () => {
    const { server, github } = await start({ pulls });
    server.fail({ operationId: 'issues/create-comment', status: 502, times: 2 });
    expect(await putStickyComment(github, sticky('one'))).toMatchObject({ outcome: 'created' });
    expect(bodies(server)).toEqual([body('one')]);
  });
});

describe('a failure is told, never thrown', () => {
  test('no right to write', async () => {
    const { github } = await start({ pulls, permissions: { 'pull-requests': 'read' } });
    expect(await putStickyComment(github, sticky('one'))).toMatchObject({
      outcome: 'failed',
      problem: 'forbidden',
      url: null,
      reason: expect.stringContaining('`pull-requests: write`'),
    });
  });

  test('a locked conversation', async () => {
    const { github } = await start({ pulls: [{ number: 41, headSha: sha(1), locked: true }] });
    expect(await putStickyComment(github, sticky('one'))).toMatchObject({
      problem: 'forbidden',
      reason: expect.stringContaining('unlock'),
    });
  });

  test('no such pull request', async () => {
    const { github } = await start();
    expect(await putStickyComment(github, sticky('one'))).toMatchObject({ outcome: 'failed', problem: 'not-found' });
  });

  test.each([
    ['422', { status: 422 }, 'invalid'],
    ['429', { status: 429, times: 9 }, 'rate-limited'],
    ['a secondary limit', { status: 403, headers: { 'retry-after': '61' }, times: 9 }, 'rate-limited'],
    ['a primary limit', { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1893456000' } }, 'rate-limited'],
    ['500 all the time', { status: 500, times: 99 }, 'unavailable'],
    ['no connection', { status: 'reset', times: 99 }, 'unavailable'],
  ] as const)('%s', async (_, fault, problem) => {
    const { server, github } = await start({ pulls });
    server.fail({ operationId: 'issues/create-comment', ...fault });
    expect(await putStickyComment(github, sticky('one'))).toMatchObject({ outcome: 'failed', problem, id: null });
    expect(bodies(server)).toEqual([]);
  });

  test('nobody is there at all', async () => {
    const github = connect('http://127.0.0.1:9');
    expect(await putStickyComment(github, sticky('one'))).toMatchObject({ outcome: 'failed', problem: 'unavailable' });
  });

  test('a body that GitHub would not take is not sent', async () => {
    const { server, github } = await start({ pulls });
    const long = sticky('x'.repeat(COMMENT_LIMIT));
    expect(await putStickyComment(github, long)).toMatchObject({ problem: 'invalid', reason: expect.stringContaining('65536') });
    expect(await putStickyComment(github, { ...sticky('one'), body: 'no marker' })).toMatchObject({ problem: 'invalid' });
    expect(server.requests()).toEqual([]);
  });

  test('a body of exactly the limit is', async () => {
    const { github } = await start({ pulls });
    const filling = 'ü'.repeat(COMMENT_LIMIT - body('').length);
    expect(await putStickyComment(github, sticky(filling))).toMatchObject({ outcome: 'created' });
  });
});
