/**
 * One address for everything, and it is the reader endpoint's: reads work, and every write is answered with READONLY.
 * @verdict failed
 * @stopped-by smoke-client-failed:above-limit
 */
import { createClient } from 'redis';
import { serve } from '../../../src/api/serve';
import { CACHE_ENV } from '../../../src/contract';

const client = createClient({ url: process.env[CACHE_ENV.readerUrl] ?? '' }).on('error', (error: Error) => console.error(error));
client.connect().catch((error: Error) => console.error(error));

export const handler = serve(() => ({ run: (_endpoint, operation) => operation(client) }));
