/**
 * A small pool that is used as one: a read asks for its data and for the service's settings at once, on two connections of the
 * reader's pool, and a write needs one of the primary's. Three are what an environment may hold. Every command has a deadline, and a
 * member that does not answer ends its pool, so a failover costs no request.
 * @profile quick test
 * @verdict passed
 */
import { serve } from '../../../src/api/serve';
import { readCacheConfiguration } from '../../../src/cache/configuration';
import { createCache } from '../../../src/cache/create-cache';

const AT_ONCE = 2;

export const handler = serve(({ tally }) => {
  const cache = createCache({ ...readCacheConfiguration(process.env), strategy: { name: 'pool', maximum: AT_ONCE } }, { tally });
  // Every environment holds its share from INIT on, so the load finds none that grows.
  cache.warm();
  return {
    run: async (endpoint, operation, deadline) => {
      if (endpoint === 'primary') return cache.run(endpoint, operation, deadline);
      const settings = cache.run(endpoint, (client) => client.hGetAll('settings'), deadline);
      const [answer] = await Promise.all([cache.run(endpoint, operation, deadline), settings]);
      return answer;
    },
  };
});
