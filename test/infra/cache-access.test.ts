import { API_ACCESS } from '../../infra/tier/cache-access';
import { redisStore } from '../../src/api/redis-store';
import type { Cache } from '../../src/cache/cache';
import { cacheOn, within } from '../support/cache';
import { startValkey, type TestValkey } from '../support/valkey';

let server: TestValkey;
let cache: Cache;
beforeAll(async () => {
  server = await startValkey();
  await server.command('ACL', 'SETUSER', 'api', '>secret', ...API_ACCESS.split(' '));
  cache = cacheOn(server.url.replace('redis://', 'redis://api:secret@'), { timing: { connectMs: 2000, attemptMs: 2000 } });
});
afterAll(async () => {
  cache.close();
  await server.stop();
});

const soon = () => within(5000);

test("the cache's user may do all that the API does", async () => {
  const store = redisStore(cache);
  await store.ping('reader', soon());
  await store.writeProfile({ userId: 'u-1', name: 'Guest' }, soon());
  expect(await store.readProfile('u-1', 'primary', soon())).toEqual({ userId: 'u-1', name: 'Guest' });
  expect(await store.checkIn('e-1', 'u-1', new Date(0), soon())).toMatchObject({ created: true });
  expect(await store.checkIns('e-1', 10, 'reader', soon())).toMatchObject({ count: 1 });
  expect(await store.leaderboard('e-1', 10, 'reader', soon())).toHaveLength(1);
});

test.each([
  ['FLUSHALL'],
  ['KEYS', '*'],
  ['CONFIG', 'GET', 'maxclients'],
  ['ACL', 'LIST'],
  ['EVAL', 'return 1', '0'],
  ['DEL', 'session:1'],
  ['SUBSCRIBE', 'news'],
])('and nothing else: %s %s', async (...command: readonly string[]) => {
  await expect(cache.run('primary', (client) => client.sendCommand(command), soon())).rejects.toThrow(
    expect.objectContaining({ cause: expect.objectContaining({ message: expect.stringMatching(/^NOPERM/) }) }),
  );
});
