import { ask, get, HISTORY, PULL, start } from './ask-server';

describe('a token', () => {
  test.each([
    ['that may only read comments', { 'pull-requests': 'read' }, 'POST', 'issues/7/comments', 403],
    ['that may write issues', { issues: 'write' }, 'POST', 'issues/7/comments', 201],
    ['that may not read the code', { 'pull-requests': 'write' }, 'GET', 'commits/main', 403],
    ['that may not read the runs', { contents: 'read' }, 'GET', 'environments/production', 403],
    ['of a job, which nobody can let administer', { contents: 'write' }, 'GET', 'actions/permissions', 403],
  ] as const)('%s', async (_, permissions, method, path, status) => {
    const server = await start({ ...PULL, permissions });
    const reply = await ask(server, method, path, method === 'POST' ? { body: 'x' } : undefined);
    expect(reply.status).toBe(status);
    if (status === 403) expect(reply.json['message']).toBe('Resource not accessible by integration');
    expect(server.problems()).toEqual([]);
  });

  test('reads a public repository without any permission, and writes nothing', async () => {
    const server = await start({ ...PULL, repository: { visibility: 'public' }, permissions: {} });
    expect((await get(server, 'issues/7/comments')).status).toBe(200);
    expect((await ask(server, 'POST', 'issues/7/comments', { body: 'x' })).status).toBe(403);
  });

  test('of an app is nobody; of a person it is that person, who is not shown what only administrators see', async () => {
    expect((await get(await start(), '/user')).status).toBe(403);
    const server = await start({ token: { login: 'octo-manager' } });
    expect((await get(server, '/user')).json['login']).toBe('octo-manager');
    expect((await get(server, 'actions/permissions')).status).toBe(404);
    expect(server.problems()).toEqual([]);
  });

  test('is needed, and does not reach other repositories', async () => {
    const server = await start();
    expect((await ask(server, 'GET', 'commits/main', undefined, { authorization: '' })).status).toBe(401);
    expect((await get(server, '/repos/example-org/another')).status).toBe(404);
  });

  test('that has used up its requests is told until when', async () => {
    const server = await start({ ...HISTORY, token: { remaining: 1 } });
    expect((await get(server, 'commits/main')).headers.get('x-ratelimit-remaining')).toBe('0');
    const reply = await get(server, 'commits/main');
    expect([reply.status, reply.json['message']]).toEqual([403, expect.stringContaining('API rate limit exceeded')]);
    expect(Number(reply.headers.get('x-ratelimit-reset'))).toBeGreaterThan(0);
  });
});

describe('a failure', () => {
  test('meets as many requests of its operation as it says', async () => {
    const server = await start(PULL);
    server.fail({ operationId: 'issues/create-comment', status: 502, times: 2 });
    expect((await get(server, 'commits/main')).status).toBe(200);
    const replies = [1, 2, 3].map(async () => (await ask(server, 'POST', 'issues/7/comments', { body: 'x' })).status);
    expect((await Promise.all(replies)).sort()).toEqual([201, 502, 502]);
    expect(server.state.comments[7]).toHaveLength(1);
  });

  test('can lose the answer of a request that took effect', async () => {
    const server = await start(PULL);
    server.fail({ status: 500, applied: true });
    expect((await ask(server, 'POST', 'issues/7/comments', { body: 'x' })).status).toBe(500);
    expect(server.state.comments[7]).toHaveLength(1);
  });

  test('is said in the words by which a client tells the two limits apart', async () => {
    const server = await start(PULL);
    server.fail({ status: 403, headers: { 'retry-after': '1' } });
    server.fail({ status: 403, headers: { 'x-ratelimit-remaining': '0' } });
    server.fail({ status: 403 });
    const secondary = await get(server, 'pulls/7');
    expect([secondary.headers.get('retry-after'), secondary.json['message']]).toEqual([
      '1',
      expect.stringContaining('secondary rate limit'),
    ]);
    const primary = await get(server, 'pulls/7');
    expect([primary.headers.get('x-ratelimit-remaining'), primary.json['message']]).toEqual([
      '0',
      expect.stringContaining('API rate limit exceeded'),
    ]);
    expect((await get(server, 'pulls/7')).json['message']).toBe('Resource not accessible by integration');
  });

  test('can be a connection that ends, or an answer that comes late', async () => {
    const server = await start(PULL);
    server.fail({ status: 'reset' });
    await expect(get(server, 'pulls/7')).rejects.toThrow('fetch failed');
    server.fail({ status: 'none', delayMs: 60 });
    const begin = performance.now();
    expect((await get(server, 'pulls/7')).status).toBe(200);
    expect(performance.now() - begin).toBeGreaterThan(50);
    expect(server.requests().map(({ status }) => status)).toEqual([null, 200]);
  });
});

test('somebody can act between two requests', async () => {
  const server = await start({ ...PULL, comments: { 7: [{ id: 1, body: 'x', author: 'github-actions[bot]' }] } });
  server.after('issues/list-comments', (state) => {
    state.comments[7] = [];
  });
  expect((await get(server, 'issues/7/comments')).list).toHaveLength(1);
  expect((await ask(server, 'PATCH', 'issues/comments/1', { body: 'y' })).status).toBe(404);
});
