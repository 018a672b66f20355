/**
 * A socket timeout, because commands hung, and nothing about reconnecting: the library's own strategy answers a socket timeout
 * by giving the client up. One silence, be it a failover or a freeze between two requests, and every later command of the
 * environment fails with ClientClosedError.
 * @profile test
 * @verdict failed
 * @stopped-by failover-client-failed:above-limit
 */
import { createClient } from 'redis';
import { serve } from '../../../src/api/serve';
import { CACHE_ENV } from '../../../src/contract';

const open = (variable: string) =>
  createClient({ url: process.env[variable] ?? '', socket: { connectTimeout: 2000, socketTimeout: 2000 } })
    .on('error', (error: Error) => console.error(error))
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
