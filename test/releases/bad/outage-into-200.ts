/**
 * Redis as "only a cache": what fails is answered without it, with 200, and for some seconds Redis is not asked at all. During a
 * failover nobody is told that a check-in was not counted, and nothing counts an error.
 * @profile test
 * @variant
 * @verdict failed
 * @stopped-by failover-client-checks:above-limit
 */
import { redisStore } from '../../../src/api/redis-store';
import { serveStore } from '../../../src/api/serve';
import type { Store } from '../../../src/api/store';
import { readCacheConfiguration } from '../../../src/cache/configuration';
import { createCache } from '../../../src/cache/create-cache';

const LIMIT_MS = 500;
const REST_MS = 5000;

export const handler = serveStore(({ tally }): Store => {
  const store = redisStore(createCache(readCacheConfiguration(process.env), { tally }));
  let restUntil = 0;
  const or = async <T>(ask: (deadline: number) => Promise<T>, instead: T): Promise<T> => {
    if (performance.now() < restUntil) return instead;
    try {
      return await ask(performance.now() + LIMIT_MS);
    } catch (error) {
      console.error(error);
      restUntil = performance.now() + REST_MS;
      return instead;
    }
  };
  return {
    ping: (endpoint) => or((deadline) => store.ping(endpoint, deadline), undefined),
    readProfile: (userId, from) => or((deadline) => store.readProfile(userId, from, deadline), { userId, name: '' }),
    writeProfile: (profile) => or((deadline) => store.writeProfile(profile, deadline), undefined),
    checkIn: (eventId, userId, at) =>
      or((deadline) => store.checkIn(eventId, userId, at, deadline), { userId, created: false, checkedInAt: at.toISOString() }),
    checkIns: (eventId, recent, from) => or((deadline) => store.checkIns(eventId, recent, from, deadline), { count: 0, mostRecent: [] }),
    leaderboard: (eventId, limit, from) => or((deadline) => store.leaderboard(eventId, limit, from, deadline), []),
  };
});
