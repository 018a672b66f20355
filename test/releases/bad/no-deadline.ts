/**
 * Every setting that the manual has for a broken connection, and none that ends a command once it is written. What the twin shows is a
 * lost primary, whose connections stay open and silent: a command on one hangs until the function times out, once in every
 * environment that was warm. (A black hole that follows a freeze looks the same to the client; the twin makes none here.) Half a
 * second of other work in each request keeps several environments warm.
 * @profile test
 * @verdict failed
 * @stopped-by failover-client-failed:above-limit
 */
import { setTimeout as otherWork } from 'node:timers/promises';
import { createClient } from 'redis';
import { serve } from '../../../src/api/serve';
import { CACHE_ENV } from '../../../src/contract';

const open = (variable: string) =>
  createClient({
    url: process.env[variable] ?? '',
    socket: { connectTimeout: 1000, keepAlive: true, reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 1000) },
    commandOptions: { timeout: 1000 },
    pingInterval: 10_000,
  })
    .on('error', (error: Error) => console.error(error))
    .connect();

const clients = { primary: open(CACHE_ENV.primaryUrl), reader: open(CACHE_ENV.readerUrl) };

export const handler = serve(() => ({
  run: async (endpoint, operation) => {
    await otherWork(500);
    return operation(await clients[endpoint]);
  },
}));
