import { redisStore } from '../../src/api/redis-store';
import type { Cache } from '../../src/cache/cache';
import { cacheOn, within } from '../support/cache';
import { startValkey, type TestValkey } from '../support/valkey';

let server: TestValkey;
let cache: Cache;
const soon = () => within(1500);

beforeAll(async () => {
  server = await startValkey();
  cache = cacheOn(server.url);
});
afterAll(async () => {
  cache.close();
  await server.stop();
});

it('replaces a whole profile', async () => {
  const store = redisStore(cache);
  expect(await store.readProfile('ada', 'reader', soon())).toBeNull();
  await store.writeProfile({ userId: 'ada', name: 'Ada', company: 'Engines' }, soon());
  expect(await store.readProfile('ada', 'reader', soon())).toEqual({ userId: 'ada', name: 'Ada', company: 'Engines' });
  await store.writeProfile({ userId: 'ada', name: 'Ada L.' }, soon());
  expect(await store.readProfile('ada', 'primary', soon())).toEqual({ userId: 'ada', name: 'Ada L.' });
});

it('counts a user once, however many requests ask at the same time', async () => {
  const store = redisStore(cache);
  const first = new Date('2026-01-02T03:04:05.000Z');
  const later = new Date('2026-01-02T03:04:06.000Z');
  const outcomes = await Promise.all([first, later, later, later].map((at) => store.checkIn('launch', 'ada', at, soon())));
  expect(outcomes.filter((outcome) => outcome.created)).toHaveLength(1);
  expect(new Set(outcomes.map((outcome) => outcome.checkedInAt))).toEqual(new Set([first.toISOString()]));
  expect((await store.checkIns('launch', 10, 'reader', soon())).count).toBe(1);
});

it('lists the newest first and ranks the earliest first', async () => {
  const store = redisStore(cache);
  const time = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
  for (const second of [3, 1, 2]) await store.checkIn('talk', `u${second}`, time(second), soon());
  const { count, mostRecent } = await store.checkIns('talk', 2, 'reader', soon());
  expect(count).toBe(3);
  expect(mostRecent.map((entry) => entry.userId)).toEqual(['u3', 'u2']);
  expect(await store.leaderboard('talk', 2, 'reader', soon())).toEqual([
    { userId: 'u1', checkedInAt: time(1).toISOString() },
    { userId: 'u2', checkedInAt: time(2).toISOString() },
  ]);
  expect(await store.leaderboard('nothing', 5, 'reader', soon())).toEqual([]);
});
