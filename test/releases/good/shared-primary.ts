/**
 * One multiplexed client per environment and no more, for reads and writes: the smallest that a service on Redis can hold. Half
 * the connections of `shared`, and the replica does nothing.
 * @profile quick test
 * @verdict passed
 */
import { serve } from '../../../src/api/serve';
import { readCacheConfiguration } from '../../../src/cache/configuration';
import { createCache } from '../../../src/cache/create-cache';

export const handler = serve(({ tally }) => {
  const cache = createCache(readCacheConfiguration(process.env), { tally });
  return { run: (_endpoint, operation, deadline) => cache.run('primary', operation, deadline) };
});
