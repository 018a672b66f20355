import { ask, get, HISTORY, PULL, sha, start } from './ask-server';

describe('comments', () => {
  test('are written as the app of the token, changed and deleted', async () => {
    const server = await start(PULL);
    const made = await ask(server, 'POST', 'issues/7/comments', { body: 'one' });
    expect([made.status, made.json]).toEqual([
      201,
      expect.objectContaining({ body: 'one', user: expect.objectContaining({ login: 'github-actions[bot]', type: 'Bot' }) }),
    ]);
    expect(made.json['html_url']).toBe(`https://github.com/example-org/example-check-in/pull/7#issuecomment-${made.json['id']}`);
    const changed = await ask(server, 'PATCH', `issues/comments/${made.json['id']}`, { body: 'two' });
    expect([changed.status, changed.json['body']]).toEqual([200, 'two']);
    expect(String(changed.json['updated_at']) > String(changed.json['created_at'])).toBe(true);
    expect((await ask(server, 'DELETE', `issues/comments/${made.json['id']}`)).status).toBe(204);
    expect((await ask(server, 'PATCH', `issues/comments/${made.json['id']}`, { body: 'three' })).status).toBe(404);
    expect((await ask(server, 'POST', 'issues/7/comments', { body: 'four' })).json['id']).not.toBe(made.json['id']);
    expect(server.problems()).toEqual([]);
    expect(server.requests().map(({ operationId, status }) => `${operationId} ${status}`)).toEqual([
      'issues/create-comment 201',
      'issues/update-comment 200',
      'issues/delete-comment 204',
      'issues/update-comment 404',
      'issues/create-comment 201',
    ]);
  });

  test.each(['PATCH', 'DELETE'])('of somebody else: %s is done, as GitHub does, and noted', async (method) => {
    const server = await start({ ...PULL, comments: { 7: [{ id: 1, body: 'x', author: 'octo-reviewer' }] } });
    const reply = await ask(server, method, 'issues/comments/1', method === 'PATCH' ? { body: 'y' } : undefined);
    expect(reply.status).toBeLessThan(300);
    expect(server.problems()).toEqual([expect.stringContaining('comment 1 of octo-reviewer was')]);
  });

  test.each([
    ['too long', 'x'.repeat(65_537), 'Body is too long (maximum is 65536 characters)'],
    ['blank', ' \n', "Body can't be blank"],
  ])('%s are not taken', async (_, body, message) => {
    const server = await start(PULL);
    const reply = await ask(server, 'POST', 'issues/7/comments', { body });
    expect([reply.status, reply.json]).toEqual([
      422,
      expect.objectContaining({ message: 'Validation Failed', errors: [expect.objectContaining({ message })] }),
    ]);
    expect(server.problems()).toEqual([]);
  });

  test('of the greatest length are taken', async () => {
    const server = await start(PULL);
    expect((await ask(server, 'POST', 'issues/7/comments', { body: 'x'.repeat(65_536) })).status).toBe(201);
  });

  test('come in pages of 30, each with links to the others', async () => {
    const server = await start({ ...PULL, comments: { 7: Array.from({ length: 65 }, (_, index) => ({ id: index + 1, body: 'x' })) } });
    const first = await get(server, 'issues/7/comments');
    const last = await get(server, 'issues/7/comments?page=3');
    expect([first.list.length, last.list.length]).toEqual([30, 5]);
    expect(first.headers.get('link')).toMatch(/page=2>; rel="next", <[^>]+page=3>; rel="last"$/);
    expect(last.headers.get('link')).toMatch(/page=2>; rel="prev", <[^>]+page=1>; rel="first"$/);
    expect((await get(server, 'issues/7/comments?per_page=100')).headers.get('link')).toBeNull();
  });

  test('of a pull request that is not there, or is locked, are refused', async () => {
    const server = await start({ ...HISTORY, pulls: [{ number: 8, headSha: sha(3), locked: true }] });
    expect((await ask(server, 'POST', 'issues/7/comments', { body: 'x' })).status).toBe(404);
    expect((await ask(server, 'POST', 'issues/8/comments', { body: 'x' })).status).toBe(403);
  });
});
