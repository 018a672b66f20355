import type { Store } from '../../src/api/store';
import { apiOn, bodyOf, storeOf } from './support';

const at = '2026-01-02T03:04:05.000Z';
const checkIns: Store['checkIns'] = async (_event, recent) => ({
  count: 12,
  mostRecent: [{ userId: `asked-for-${recent}`, checkedInAt: at }],
});

it('answers /health without asking the store', async () => {
  const answer = await apiOn(storeOf()).call('GET', '/health');
  expect(answer.statusCode).toBe(200);
  expect(bodyOf(answer)).toEqual({ status: 'ok' });
});

it('is ready when both endpoints answer', async () => {
  const asked: string[] = [];
  const { call } = apiOn(storeOf({ ping: async (endpoint) => void asked.push(endpoint) }));
  expect((await call('GET', '/ready')).statusCode).toBe(200);
  expect(asked.sort()).toEqual(['primary', 'reader']);
});

it('stores a profile and answers with it', async () => {
  const written: unknown[] = [];
  const { call } = apiOn(storeOf({ writeProfile: async (profile) => void written.push(profile) }));
  const answer = await call('PUT', '/v1/profiles/ada', { body: { name: 'Ada', company: 'Engines' } });
  expect(answer.statusCode).toBe(200);
  expect(bodyOf(answer)).toEqual({ userId: 'ada', name: 'Ada', company: 'Engines' });
  expect(written).toEqual([{ userId: 'ada', name: 'Ada', company: 'Engines' }]);
});

it.each([
  ['/v1/profiles/ada', {}, 'reader'],
  ['/v1/profiles/ada?consistency=eventual', {}, 'reader'],
  ['/v1/profiles/ada?consistency=strong', {}, 'primary'],
  ['/v1/profiles/ada', { 'x-read-your-write': 'true' }, 'primary'],
])('reads %s %j through the %s', async (target, headers, endpoint) => {
  const { call } = apiOn(storeOf({ readProfile: async (userId, from) => ({ userId, name: from }) }));
  expect(bodyOf(await call('GET', target, { headers }))).toEqual({ userId: 'ada', name: endpoint });
});

it('answers 404 for a profile that nobody wrote', async () => {
  const answer = await apiOn(storeOf({ readProfile: async () => null })).call('GET', '/v1/profiles/ada');
  expect(answer.statusCode).toBe(404);
  expect(answer.headers['content-type']).toBe('application/problem+json');
});

it('answers 201 to the first check-in and 200 to each further one', async () => {
  const seen = new Set<string>();
  const { call } = apiOn(
    storeOf({
      checkIn: async (eventId, userId) => {
        const created = !seen.has(`${eventId} ${userId}`);
        seen.add(`${eventId} ${userId}`);
        return { userId, created, checkedInAt: at };
      },
    }),
  );
  const post = () => call('POST', '/v1/events/e1/check-ins', { body: { userId: 'ada' } });
  const answers = [await post(), await post(), await post()];
  expect(answers.map((answer) => answer.statusCode)).toEqual([201, 200, 200]);
  for (const answer of answers) expect(bodyOf(answer)).toEqual({ eventId: 'e1', userId: 'ada', checkedInAt: at });
});

it('tells how many checked in and who did last', async () => {
  const answer = await apiOn(storeOf({ checkIns })).call('GET', '/v1/events/e1/check-ins');
  expect(bodyOf(answer)).toEqual({ eventId: 'e1', count: 12, mostRecent: [{ userId: 'asked-for-10', checkedInAt: at }] });
});

it('ranks who came first, as many as asked for', async () => {
  const first: Store['leaderboard'] = async (_event, limit) =>
    Array.from({ length: limit }, (_, index) => ({ userId: `u${index}`, checkedInAt: at }));
  const { call } = apiOn(storeOf({ leaderboard: first }));
  expect(bodyOf(await call('GET', '/v1/events/e1/leaderboard?limit=2'))).toEqual({
    eventId: 'e1',
    entries: [
      { rank: 1, userId: 'u0', checkedInAt: at },
      { rank: 2, userId: 'u1', checkedInAt: at },
    ],
  });
  expect(bodyOf(await call('GET', '/v1/events/e1/leaderboard'))).toMatchObject({ entries: { length: 10 } });
});

it('serves a named stage by the same routes', async () => {
  expect((await apiOn(storeOf()).call('GET', '/prod/health', { stage: 'prod' })).statusCode).toBe(200);
});
