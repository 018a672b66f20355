import { MAX_BODY_BYTES } from '../../src/api/validation';
import { CacheUnavailable } from '../../src/cache/errors';
import { apiOn, bodyOf, contextOf, eventOf, storeOf } from './support';

const { call } = apiOn(storeOf());

it.each([
  ['PUT', '/v1/profiles/ada', { name: 7 }, 'name'],
  ['PUT', '/v1/profiles/ada', { name: '' }, 'name'],
  ['PUT', '/v1/profiles/ada', { name: 'x'.repeat(201) }, 'name'],
  ['PUT', '/v1/profiles/ada', {}, 'name'],
  ['PUT', '/v1/profiles/ada', { name: 'Ada', admin: true }, 'admin'],
  ['PUT', '/v1/profiles/ada', [], 'body'],
  ['PUT', '/v1/profiles/ada', 'no json', 'body'],
  ['PUT', '/v1/profiles/ada', undefined, 'body'],
  ['PUT', '/v1/profiles/a%20da', { name: 'Ada' }, 'userId'],
  ['GET', `/v1/profiles/${'a'.repeat(65)}`, undefined, 'userId'],
  ['GET', '/v1/profiles/ada?consistency=maybe', undefined, 'consistency'],
  ['POST', '/v1/events/e1/check-ins', {}, 'userId'],
  ['POST', '/v1/events/e1/check-ins', { userId: 'a:b' }, 'userId'],
  ['POST', '/v1/events/e.1/check-ins', { userId: 'ada' }, 'eventId'],
  ['GET', '/v1/events/e1/leaderboard?limit=0', undefined, 'limit'],
  ['GET', '/v1/events/e1/leaderboard?limit=101', undefined, 'limit'],
  ['GET', '/v1/events/e1/leaderboard?limit=2.5', undefined, 'limit'],
  ['GET', '/v1/events/e1/leaderboard?limit=many', undefined, 'limit'],
])('%s %s %j is a bad request that names %4$s', async (method, target, body, field) => {
  const answer = await call(method, target, { body });
  expect(answer.statusCode).toBe(400);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(bodyOf(answer)).toMatchObject({ status: 400, title: 'Bad Request', errors: [{ field, message: expect.stringMatching(/\w/) }] });
});

it('refuses a body beyond the limit, however it is encoded, and takes one within', async () => {
  const writable = apiOn(storeOf({ writeProfile: async () => undefined }));
  const filled = (bytes: number) => JSON.stringify({ name: 'Ada' }).padEnd(bytes);
  const put = (body: string, isBase64Encoded = false) =>
    writable.handler({ ...eventOf('PUT', '/v1/profiles/ada', { body }), isBase64Encoded }, contextOf());
  expect((await put(filled(MAX_BODY_BYTES))).statusCode).toBe(200);
  expect((await put(filled(MAX_BODY_BYTES + 1))).statusCode).toBe(413);
  expect((await put(Buffer.from(filled(64)).toString('base64'), true)).statusCode).toBe(200);
  expect((await put(Buffer.from(filled(MAX_BODY_BYTES + 1)).toString('base64'), true)).statusCode).toBe(413);
});

it.each(['/', '/v1', '/v1/profiles', '/v1/profiles/', '/v1/profiles/a/b', '/health/', '/v2/profiles/ada', '/v1/profiles/%zz'])(
  'GET %s is not found',
  async (target) => {
    expect(bodyOf(await call('GET', target))).toMatchObject({ status: 404 });
  },
);

it.each([
  ['DELETE', '/v1/profiles/ada', 'PUT, GET'],
  ['POST', '/health', 'GET'],
  ['PUT', '/v1/events/e1/check-ins', 'POST, GET'],
])('%s %s is not allowed', async (method, target, allow) => {
  const answer = await call(method, target);
  expect(answer.statusCode).toBe(405);
  expect(answer.headers['allow']).toBe(allow);
});

it('answers 503 with Retry-After when the cache does not answer, and says which endpoint', async () => {
  const readProfile = () => Promise.reject(new CacheUnavailable('reader', 'deadline', null));
  const { call: ask, logged, published } = apiOn(storeOf({ readProfile }));
  const answer = await ask('GET', '/v1/profiles/ada');
  expect(answer.statusCode).toBe(503);
  expect(answer.headers['retry-after']).toBe('1');
  expect(logged).toEqual(['warn cache endpoint reader unavailable: deadline']);
  expect(published).toEqual([['7', 503]]);
});

it('answers 500 to a defect, logs it, and tells the client nothing of it', async () => {
  const { call: ask, logged } = apiOn(storeOf({ readProfile: () => Promise.reject(new Error('getaddrinfo EMFILE localhost')) }));
  const answer = await ask('GET', '/v1/profiles/ada');
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain('EMFILE');
  expect(logged.join()).toContain('getaddrinfo EMFILE localhost');
});

it.each([
  [1000, 750],
  [30_000, 2750],
])('with %i ms left gives the store %i ms', async (remaining, given) => {
  let deadline = 0;
  const readProfile = async (userId: string, _from: string, until: number) => {
    deadline = until;
    return { userId, name: 'Ada' };
  };
  const start = performance.now();
  await apiOn(storeOf({ readProfile }), remaining).call('GET', '/v1/profiles/ada');
  expect(deadline - start).toBeGreaterThanOrEqual(given);
  expect(deadline - start).toBeLessThan(given + 100);
});
