/**
 * One shared client, and every 50th call reads the service's settings again, with a client made for it that nobody closes. A
 * connection every second in a busy environment: too few to stand out among the new ones, and each of them stays.
 * @verdict failed
 * @stopped-by redis-connection-leak:leak-level
 */
import { createClient } from 'redis';
import { serve } from '../../../src/api/serve';
import { readCacheConfiguration } from '../../../src/cache/configuration';
import { createCache } from '../../../src/cache/create-cache';
import { CACHE_ENV } from '../../../src/contract';

const REFRESH_EVERY = 50;

let calls = 0;
let settings: Readonly<Record<string, string>> = {};

async function refreshSettings(): Promise<void> {
  const client = await createClient({ url: process.env[CACHE_ENV.primaryUrl] ?? '' })
    .on('error', (error: Error) => console.error(error))
    .connect();
  settings = await client.hGetAll('settings');
}

export const handler = serve(({ tally }) => {
  const cache = createCache(readCacheConfiguration(process.env), { tally });
  return {
    run: async (endpoint, operation, deadline) => {
      calls += 1;
      if (calls % REFRESH_EVERY === 0) await refreshSettings();
      if (settings['closed'] === 'true') throw new Error('The check-in is closed.');
      return cache.run(endpoint, operation, deadline);
    },
  };
});
