/**
 * One call in 175 is traced with the tags of its deployment, which are set on the developer's machine and nowhere else: a TypeError,
 * 500, on half a percent of all requests, steadily. An average over many requests looks fine.
 * @verdict failed
 * @stopped-by api-5xx:above-limit
 */
import { serve } from '../../../src/api/serve';
import { readCacheConfiguration } from '../../../src/cache/configuration';
import { createCache } from '../../../src/cache/create-cache';

/** Seven requests in eight reach the cache: of all requests it is one in 200. */
const TRACE_EVERY = 175;

interface TraceTags {
  readonly region: string;
}

const tags = JSON.parse(process.env['TRACE_TAGS'] ?? 'null') as TraceTags;
let calls = 0;

export const handler = serve(({ tally, logger }) => {
  const cache = createCache(readCacheConfiguration(process.env), { tally });
  return {
    run: async (endpoint, operation, deadline) => {
      calls += 1;
      if (calls % TRACE_EVERY === 0) logger.info('trace', { endpoint, calls, region: tags.region });
      return cache.run(endpoint, operation, deadline);
    },
  };
});
