/**
 * Much traffic on few connections: every call reads a feed of forty entries beside its own data, and every call on the primary
 * writes one, all of it pipelined on the one shared client. More bytes and commands than anybody else's, and healthy.
 * @profile quick test
 * @verdict passed
 */
import { serve } from '../../../src/api/serve';
import { readCacheConfiguration } from '../../../src/cache/configuration';
import { createCache } from '../../../src/cache/create-cache';

const FEED = Array.from({ length: 40 }, (_, entry) => `feed:${entry}`);
const ENTRY = 'all that happened at the event '.repeat(100);

let written = 0;

export const handler = serve(({ tally }) => {
  const cache = createCache(readCacheConfiguration(process.env), { tally });
  return {
    run: (endpoint, operation, deadline) =>
      cache.run(
        endpoint,
        async (client) => {
          if (endpoint === 'primary') written += 1;
          const write = endpoint === 'primary' ? [client.set(`feed:${written % FEED.length}`, ENTRY)] : [];
          const [answer] = await Promise.all([operation(client), ...FEED.map((key) => client.get(key)), ...write]);
          return answer;
        },
        deadline,
      ),
  };
});
