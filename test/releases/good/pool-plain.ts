/**
 * A module-level pool per endpoint as the library's manual shows it, with a bound. Requests come one at a time, so each
 * pool holds one connection.
 * @verdict passed
 */
import { createClientPool } from 'redis';
import { serve } from '../../../src/api/serve';
import { CACHE_ENV } from '../../../src/contract';

const open = (variable: string) =>
  createClientPool({ url: process.env[variable] ?? '' }, { minimum: 1, maximum: 4 }).on('error', (error: Error) => console.error(error));

const pools = { primary: open(CACHE_ENV.primaryUrl), reader: open(CACHE_ENV.readerUrl) };

export const handler = serve(() => ({
  run: async (endpoint, operation) => {
    await pools[endpoint].connect();
    return pools[endpoint].execute(operation);
  },
}));
