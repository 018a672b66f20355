/**
 * A limit for every command, and the client kept when it has passed. Requests fail quickly and politely, for the rest of the
 * environment's life: a connection whose node has vanished never closes, and nobody makes another. Half a second of other work in
 * each request keeps several environments in use: were it one, a new and healthy one would hide those that are not.
 * @profile test
 * @verdict failed
 * @stopped-by failover-recovery:not-recovered
 */
import { setTimeout as otherWork } from 'node:timers/promises';
import { createClient } from 'redis';
import { serve } from '../../../src/api/serve';
import { CACHE_ENV } from '../../../src/contract';

const LIMIT_MS = 250;

const open = (variable: string) =>
  createClient({ url: process.env[variable] ?? '' })
    .on('error', (error: Error) => console.error(error))
    .connect();

const clients = { primary: open(CACHE_ENV.primaryUrl), reader: open(CACHE_ENV.readerUrl) };

function inTime<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('Redis timed out')), LIMIT_MS));
  return Promise.race([work, late]);
}

export const handler = serve(() => ({
  run: async (endpoint, operation) => {
    await otherWork(500);
    return inTime(operation(await clients[endpoint]));
  },
}));
