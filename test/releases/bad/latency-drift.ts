/**
 * Lists are asked for politely: the more of these questions are open, the longer the next one waits. The count of open ones goes
 * down only when one fails, so every answer makes the next three milliseconds slower. Fast on every first look, slow after an hour.
 * No gate here judges drift as such: it is stopped because it crosses an absolute limit, which any drift does sooner or later.
 * @verdict failed
 * @stopped-by api-latency:above-limit
 */
import { setTimeout } from 'node:timers/promises';
import { redisStore } from '../../../src/api/redis-store';
import { serveStore } from '../../../src/api/serve';
import { readCacheConfiguration } from '../../../src/cache/configuration';
import { createCache } from '../../../src/cache/create-cache';

const PAUSE_MS = 3;
let open = 0;

async function politely<T>(ask: () => Promise<T>): Promise<T> {
  open += 1;
  await setTimeout((open - 1) * PAUSE_MS);
  try {
    return await ask();
  } catch (error) {
    open -= 1;
    throw error;
  }
}

export const handler = serveStore(({ tally }) => {
  const store = redisStore(createCache(readCacheConfiguration(process.env), { tally }));
  return {
    ...store,
    checkIns: (...question) => politely(() => store.checkIns(...question)),
    leaderboard: (...question) => politely(() => store.leaderboard(...question)),
  };
});
