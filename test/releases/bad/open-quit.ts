/**
 * The case study's remedy without its defects: a client per operation, closed whatever happens. It holds, at the price
 * of one new connection for every request.
 * @verdict failed
 * @stopped-by redis-new-connections:above-limit
 */
import { serve } from '../../../src/api/serve';
import { readCacheConfiguration } from '../../../src/cache/configuration';
import { createCache } from '../../../src/cache/create-cache';

export const handler = serve(({ tally }) =>
  createCache({ ...readCacheConfiguration(process.env), strategy: { name: 'open-quit' } }, { tally }),
);
