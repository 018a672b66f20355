import { openGithub } from '../../src/github/client';
import { attempt, GithubError } from '../../src/github/failure';
import { connect, githubOfTest, QUICK, REPOSITORY, TOKEN } from './repository';

const start = githubOfTest();
const PURPOSE = { doing: 'read the repository', right: 'contents: read' };
const place = { owner: 'example-org', repo: 'example-check-in' };

async function problemOf(ask: () => Promise<unknown>): Promise<GithubError> {
  try {
    await attempt(PURPOSE, ask);
  } catch (error) {
    if (error instanceof GithubError) return error;
    throw error;
  }
  throw new Error('GitHub answered');
}

test('asks one repository with the token, our name and one version of the API', async () => {
  const { server } = await start();
  const seen: Headers[] = [];
  const github = connect(server.url, {
    fetch: (input, init) => {
      seen.push(new Headers(init?.headers));
      return fetch(input, init);
    },
  });
  expect((await github.rest.repos.get(place)).data.full_name).toBe(REPOSITORY);
  expect(seen[0]?.get('user-agent')).toMatch(/^tidegate\/0\.0\.0 /);
  expect(seen[0]?.get('authorization')).toBe(`token ${TOKEN}`);
  expect(seen[0]?.get('x-github-api-version')).toBe('2022-11-28');
});

test.each([null, ''])('without a token (%p) it says where one comes from', (token) => {
  expect(() => openGithub({ apiUrl: 'http://127.0.0.1:9', repository: REPOSITORY, token, version: '0' })).toThrow(/env: GITHUB_TOKEN/);
});

test.each([500, 502, 'reset'] as const)('%s is tried three times again', async (status) => {
  const { server, github } = await start();
  server.fail({ status, times: 3 });
  await github.rest.repos.get(place);
  expect(server.requests()).toHaveLength(4);
});

test('and no more often', async () => {
  const { server, github } = await start();
  server.fail({ status: 502, times: 9 });
  const error = await problemOf(() => github.rest.repos.get(place));
  expect(error.problem).toBe('unavailable');
  expect(server.requests()).toHaveLength(4);
});

test('an answer that does not come is not waited for', async () => {
  const { server } = await start();
  server.fail({ status: 'none', delayMs: 1_000 });
  const github = connect(server.url, { patience: { ...QUICK, retries: 0, requestMs: 30 } });
  const before = performance.now();
  const error = await problemOf(() => github.rest.repos.get(place));
  expect(error).toMatchObject({ problem: 'unavailable', message: expect.stringContaining('no answer') });
  expect(performance.now() - before).toBeLessThan(900);
});

test('an answer that breaks off is a failure, and asked for again', async () => {
  const { server } = await start();
  let broken = 0;
  const github = connect(server.url, {
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      broken += 1;
      return broken === 1 ? new Response('{"full_na', { headers: { 'content-type': 'application/json' } }) : response;
    },
  });
  expect((await github.rest.repos.get(place)).data.full_name).toBe(REPOSITORY);
});

test('a secondary limit is waited for as long as GitHub asks', async () => {
  const { server } = await start();
  const waits: string[] = [];
  const github = connect(server.url, { onWait: (sentence) => waits.push(sentence) });
  server.fail({ status: 403, headers: { 'retry-after': '20' } });
  await github.rest.repos.get(place);
  expect(waits).toEqual(["GitHub's secondary limit on requests is reached; waiting 20 s."]);
});

test('but for a minute in all, however often it comes', async () => {
  const { server, github } = await start();
  server.fail({ status: 403, headers: { 'retry-after': '25' }, times: 9 });
  const error = await problemOf(() => github.rest.repos.get(place));
  expect(error).toMatchObject({ problem: 'rate-limited', message: expect.stringContaining('for another 25 s') });
  expect(server.requests()).toHaveLength(3);
});

test('a primary limit that ends in years is not waited for at all; the message says until when', async () => {
  const { server, github } = await start({ token: { remaining: 0 } });
  const error = await problemOf(() => github.rest.repos.get(place));
  expect(error).toMatchObject({ problem: 'rate-limited', message: expect.stringContaining('until 2030-01-01T00:00:00.000Z') });
  expect(server.requests()).toHaveLength(1);
});

describe('what GitHub says becomes a problem, and a sentence of what to do', () => {
  test.each([
    [401, undefined, 'forbidden', 'env: GITHUB_TOKEN'],
    [403, undefined, 'forbidden', 'below `permissions:`: `contents: read`'],
    [403, 'Unable to create comment because issue is locked.', 'forbidden', 'unlock it'],
    [404, undefined, 'not-found', 'hides it from a token without `contents: read`'],
    [410, undefined, 'not-found', 'does not exist'],
    [422, undefined, 'invalid', 'does not accept'],
    [422, 'No commit found for SHA: 1', 'not-found', 'does not exist'],
    [429, undefined, 'rate-limited', 'limit on requests'],
    [503, undefined, 'unavailable', 'status page'],
  ])('%s %s: %s', async (status, message, problem, words) => {
    const { server, github } = await start();
    server.fail({ status, times: 9, ...(message === undefined ? {} : { message }) });
    const error = await problemOf(() => github.rest.repos.get(place));
    expect(error.problem).toBe(problem);
    expect(error.message).toContain('Could not read the repository (HTTP');
    expect(error.message).toContain(words);
  });

  test('a right that no job can have is not asked of a job', async () => {
    const { server, github } = await start();
    server.fail({ status: 403 });
    const error = await attempt({ doing: 'x', right: 'administration: read' }, () => github.rest.repos.get(place)).catch(String);
    expect(error).toContain("ask with a person's token");
  });

  test('a fault of ours stays what it is', async () => {
    await expect(attempt(PURPOSE, () => Promise.reject(new TypeError('ours')))).rejects.toThrow(TypeError);
  });
});
