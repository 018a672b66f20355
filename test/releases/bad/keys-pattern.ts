/**
 * The guest list is a key per guest, and whoever checks in is found on it by KEYS with a pattern. The engine does one thing at a
 * time and walks over every key it holds: nothing on a developer's machine, tens of milliseconds on a list of real size.
 * @verdict failed
 * @stopped-by redis-engine-cpu:above-limit
 */
import { redisStore } from '../../../src/api/redis-store';
import { serveStore } from '../../../src/api/serve';
import { readCacheConfiguration } from '../../../src/cache/configuration';
import { createCache } from '../../../src/cache/create-cache';

const IMPORT_MS = 8000;

/** The list that the organiser handed in: 250,000 guests, imported once for all environments. */
const IMPORT = `
  if not redis.call('SET', KEYS[1], 'yes', 'NX') then return end
  for guest = 1, 250000 do redis.call('SET', 'guest:list:g-' .. guest, 'invited') end`;

export const handler = serveStore(({ tally }) => {
  const cache = createCache(readCacheConfiguration(process.env), { tally });
  const store = redisStore(cache);
  cache
    .run('primary', (client) => client.eval(IMPORT, { keys: ['guests-imported'] }), performance.now() + IMPORT_MS)
    .catch((error: unknown) => console.error(error));
  return {
    ...store,
    checkIn: async (eventId, userId, at, deadline) => {
      await cache.run(
        'primary',
        async (client) => {
          const listed = await client.keys(`guest:*:${userId}`);
          // Walk-ins are put on the list.
          if (listed.length === 0) await client.set(`guest:${eventId}:${userId}`, 'walk-in');
        },
        deadline,
      );
      return store.checkIn(eventId, userId, at, deadline);
    },
  };
});
