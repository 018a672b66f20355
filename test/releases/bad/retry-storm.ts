/**
 * A read has a millisecond, because that is what it takes on a quiet day. When it is over the client is taken for broken, and the
 * retry makes a new one, whose connect has to fit into a millisecond again: every slow answer becomes four more connections.
 * @verdict failed
 * @stopped-by redis-new-connections:above-limit
 */
import { createClient } from 'redis';
import { serve } from '../../../src/api/serve';
import type { Operation } from '../../../src/cache/cache';
import { readCacheConfiguration } from '../../../src/cache/configuration';
import { createCache } from '../../../src/cache/create-cache';
import { withDeadline } from '../../../src/cache/deadline';
import { CACHE_ENV } from '../../../src/contract';

const DEADLINE_MS = 1;
const ATTEMPTS_IN_TIME = 4;

const url = process.env[CACHE_ENV.readerUrl] ?? '';

function open() {
  const client = createClient({ url, RESP: 3 }).on('error', (error: Error) => console.error(error));
  return { client, connected: client.connect() };
}

let reader = open();

function replace(): void {
  const { client, connected } = reader;
  connected.then(() => client.destroy()).catch((error: Error) => console.error(error));
  reader = open();
}

async function read<T>(operation: Operation<T>): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS_IN_TIME; attempt += 1) {
    try {
      return await withDeadline(reader.connected.then(operation), DEADLINE_MS);
    } catch {
      replace();
    }
  }
  // The last attempt may take as long as it likes.
  return operation(await reader.connected);
}

export const handler = serve(({ tally }) => {
  const primary = createCache(readCacheConfiguration(process.env), { tally });
  // A write might have been done although its answer was late: only reads are repeated.
  return { run: (endpoint, operation, deadline) => (endpoint === 'reader' ? read(operation) : primary.run(endpoint, operation, deadline)) };
});
