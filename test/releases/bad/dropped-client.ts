/**
 * On an error the client is forgotten, so that the next request makes a new one: `client = null`, as samples show it. Forgotten
 * is not destroyed. It reconnects in the background and keeps its connection, and so does the next one.
 * @profile test
 * @verdict failed
 * @stopped-by failover-idle-return:not-returned
 */
import { createClient } from 'redis';
import { serve } from '../../../src/api/serve';
import type { EndpointName } from '../../../src/cache/cache';
import { CACHE_ENV } from '../../../src/contract';

const URLS = { primary: process.env[CACHE_ENV.primaryUrl] ?? '', reader: process.env[CACHE_ENV.readerUrl] ?? '' };

const open = (endpoint: EndpointName) =>
  createClient({
    url: URLS[endpoint],
    socket: { socketTimeout: 1000, reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1000) },
  })
    .on('error', (error: Error) => {
      console.error(error);
      clients[endpoint] = null;
    })
    .connect();

const clients: Record<EndpointName, ReturnType<typeof open> | null> = { primary: null, reader: null };

export const handler = serve(() => ({
  run: async (endpoint, operation) => {
    clients[endpoint] ??= open(endpoint);
    return operation(await clients[endpoint]);
  },
}));
