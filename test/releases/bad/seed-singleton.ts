/**
 * One module-level client per endpoint, made once and shared by all invocations of an environment: the singleton that the case
 * study says it had before the incident. It holds a constant load and a crowd. What it lacks is a limit for a command that is
 * written and never answered: a failover costs every warm environment a request and the three seconds until the function's time-out.
 * @profile test
 * @verdict failed
 * @stopped-by failover-client-failed:above-limit
 */
import { createClient } from 'redis';
import { serve } from '../../../src/api/serve';
import { CACHE_ENV } from '../../../src/contract';

const open = (variable: string) =>
  createClient({ url: process.env[variable] ?? '' })
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
