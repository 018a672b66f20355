/**
 * A socket timeout with a strategy to reconnect, which heals, and nobody who listens for errors: an `error` event without a
 * listener is an exception that nobody can catch, so each healed connection costs an environment.
 * @profile test
 * @verdict failed
 * @stopped-by failover-client-failed:above-limit
 */
import { createClient } from 'redis';
import { serve } from '../../../src/api/serve';
import type { EndpointName } from '../../../src/cache/cache';
import { CACHE_ENV } from '../../../src/contract';

const URLS = { primary: process.env[CACHE_ENV.primaryUrl] ?? '', reader: process.env[CACHE_ENV.readerUrl] ?? '' };

const open = (endpoint: EndpointName) =>
  createClient({
    url: URLS[endpoint],
    socket: { socketTimeout: 2000, reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1000) },
  }).connect();

const clients: { [Name in EndpointName]?: ReturnType<typeof open> } = {};

export const handler = serve(() => ({
  run: async (endpoint, operation) => {
    clients[endpoint] ??= open(endpoint);
    return operation(await clients[endpoint]);
  },
}));
