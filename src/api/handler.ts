import { readCacheConfiguration } from '../cache/configuration';
import { createCache } from '../cache/create-cache';
import { serve } from './serve';

export const handler = serve(({ tally, logger }) => {
  const cache = createCache(readCacheConfiguration(process.env), {
    tally,
    onConnectionError: (endpoint, error) => logger.warn('cache connection error', { endpoint, cause: error.message }),
  });
  // INIT time is nobody's waiting time, and INIT itself does not wait: /health answers without a cache.
  cache.warm();
  return cache;
});
