import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadDescription } from '../support/github/description';
import { OPERATIONS } from '../support/github/operations';
import { startGithub } from '../support/github/start-github';
import { ask, get, PULL, REPOSITORY, start } from './ask-server';

test('it answers exactly what its description describes', async () => {
  const { operationIds } = await loadDescription();
  expect(Object.keys(OPERATIONS).sort()).toEqual([...operationIds].sort());
});

describe('a request that does not fit the description is refused, and noted', () => {
  test.each([
    ['a path that it does not have', 'GET', 'issues/7/coments', undefined, 404, /no such operation/],
    ['a method that the path does not have', 'PUT', 'issues/7/comments', { body: 'x' }, 404, /no such operation/],
    ['a query that it does not have', 'GET', 'issues/7/comments?perPage=5', undefined, 400, /additional properties.*perPage/],
    ['a page size that is no number', 'GET', 'issues/7/comments?per_page=many', undefined, 400, /per_page must be integer/],
    ['a number that is none', 'GET', 'pulls/seven', undefined, 400, /pull_number must be integer/],
    ['a body without what is required', 'POST', 'issues/7/comments', {}, 400, /required property 'body'/],
    ['a body of another type', 'POST', 'issues/7/comments', { body: 5 }, 400, /body must be string/],
    ['a body with something else in it', 'POST', 'issues/7/comments', { body: 'x', title: 'y' }, 400, /title is not in the description/],
    ['no body', 'POST', 'issues/7/comments', undefined, 400, /required property 'requestBody'/],
    ['a body that is no JSON', 'POST', 'issues/7/comments', '{"body":', 400, /no JSON/],
    ['a state that no pull request has', 'GET', 'pulls?state=merged', undefined, 400, /state must be equal to one of/],
  ])('%s', async (_, method, path, body, status, problem) => {
    const server = await start(PULL);
    expect((await ask(server, method, path, body)).status).toBe(status);
    expect(server.problems().join('\n')).toMatch(problem);
    expect(server.state.comments).toEqual({});
  });

  test('an answer in another form than JSON', async () => {
    const server = await start(PULL);
    expect((await ask(server, 'GET', 'pulls/7', undefined, { accept: 'application/vnd.github.v3.diff' })).status).toBe(400);
    expect(server.problems()).toEqual([expect.stringContaining('has no application/vnd.github.v3.diff')]);
  });

  test('a page that is larger than GitHub gives is cut, as GitHub does without a word', async () => {
    const server = await start({ ...PULL, comments: { 7: Array.from({ length: 150 }, (_, index) => ({ id: index + 1, body: 'x' })) } });
    expect((await get(server, 'issues/7/comments?per_page=150')).list).toHaveLength(100);
    expect(server.problems()).toEqual(['issues/list-comments: per_page 150 is more than 100: GitHub gives 100']);
  });

  test('but not one that fits', async () => {
    const server = await start(PULL);
    expect((await get(server, 'issues/7/comments?per_page=100&page=2')).status).toBe(200);
    expect(server.problems()).toEqual([]);
  });
});

test("an answer that does not fit the description is noted as the server's own fault", async () => {
  const server = await start({ ...PULL, comments: { 7: [{ id: 1, body: 'x' }] } });
  server.state.comments[7] = [{ id: 1, body: 'x', author: 'octo-author', createdAt: 'yesterday', updatedAt: '2026-01-01T00:00:00Z' }];
  await get(server, 'issues/7/comments');
  expect(server.problems()).toEqual([expect.stringMatching(/own answer 200 does not fit: \/0\/created_at must match format "date-time"/)]);
});

test('a state with a field that it does not have is refused', async () => {
  await expect(startGithub({ state: JSON.parse('{"comment":{}}') })).rejects.toThrow(/comment/);
});

test('as a process it prints its address, and writes what happened when it is ended', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tidegate-github-'));
  const root = resolve(__dirname, '..', '..');
  const [state, out] = [join(directory, 'state.json'), join(directory, 'out.json')];
  await writeFile(state, JSON.stringify(PULL));
  const child = spawn(
    process.execPath,
    ['-r', 'ts-node/register', join(root, 'test/support/github/main.ts'), '--state', state, '--out', out],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const [line] = await once(child.stdout, 'data');
    const response = await fetch(`${String(line).trim()}${REPOSITORY}/issues/7/comments`, {
      method: 'POST',
      headers: { authorization: 'Bearer token' },
      body: JSON.stringify({ body: 'from a step' }),
    });
    expect(response.status).toBe(201);
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({
      requests: [{ method: 'POST', operationId: 'issues/create-comment', status: 201 }],
      problems: [],
      comments: { 7: [{ body: 'from a step' }] },
    });
  } finally {
    child.kill('SIGKILL');
    await rm(directory, { recursive: true });
  }
});
