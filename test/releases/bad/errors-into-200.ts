/**
 * Half of a migration: profiles are read as JSON strings and still written as hashes. Redis answers WRONGTYPE, the error is logged
 * and swallowed, and the client gets 200 with a profile that has nothing in it.
 * @verdict failed
 * @stopped-by smoke-client-checks:above-limit
 */
import { redisStore } from '../../../src/api/redis-store';
import { serveStore } from '../../../src/api/serve';
import type { Profile } from '../../../src/api/store';
import { readCacheConfiguration } from '../../../src/cache/configuration';
import { createCache } from '../../../src/cache/create-cache';

export const handler = serveStore(({ tally }) => {
  const cache = createCache(readCacheConfiguration(process.env), { tally });
  return {
    ...redisStore(cache),
    readProfile: async (userId, from, deadline) => {
      try {
        const text = await cache.run(from, (client) => client.get(`profile:${userId}`), deadline);
        return text === null ? null : (JSON.parse(text) as Profile);
      } catch (error) {
        console.error(error);
        return {} as Profile;
      }
    },
  };
});
