/**
 * The incident: every invocation makes a client of its own and nobody closes it. Connections grow with the requests
 * until the environment has no descriptor left: getaddrinfo EMFILE, 5XX.
 * @verdict failed
 * @stopped-by redis-connection-leak
 */
import { createClient } from 'redis';
import { serve } from '../../../src/api/serve';
import { CACHE_ENV } from '../../../src/contract';

const urls = { primary: process.env[CACHE_ENV.primaryUrl] ?? '', reader: process.env[CACHE_ENV.readerUrl] ?? '' };

export const handler = serve(() => ({
  run: async (endpoint, operation) => operation(await createClient({ url: urls[endpoint] }).connect()),
}));
