/**
 * An error listener that throws, "so that we notice". Nobody can catch what it throws: the first connection that breaks ends
 * the whole environment and the request in it, where the client would have healed by itself.
 * @profile test
 * @verdict failed
 * @stopped-by failover-client-failed:above-limit
 */
import { createClient } from 'redis';
import { serve } from '../../../src/api/serve';
import { CACHE_ENV } from '../../../src/contract';

const open = (variable: string) =>
  createClient({
    url: process.env[variable] ?? '',
    socket: { socketTimeout: 2000, reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1000) },
  })
    .on('error', (error: Error) => {
      console.error(error);
      throw new Error('Redis Client Connection Error');
    })
    .connect();

const instance = { primary: once(() => open(CACHE_ENV.primaryUrl)), reader: once(() => open(CACHE_ENV.readerUrl)) };

export const handler = serve(() => ({ run: async (endpoint, operation) => operation(await instance[endpoint]()) }));

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
