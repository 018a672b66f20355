/**
 * A guest's badge is drawn once and remembered, by all that its call was given. Among that is the deadline, which no two calls
 * share: nothing is ever found again, nothing is ever forgotten, and two megabytes stay for every profile that is read.
 * No gate here judges growth as such: it is stopped because it crosses an absolute limit, four fifths of the function's memory.
 * @verdict failed
 * @stopped-by lambda-memory:above-limit
 */
import { redisStore } from '../../../src/api/redis-store';
import { serveStore } from '../../../src/api/serve';
import type { Profile } from '../../../src/api/store';
import { readCacheConfiguration } from '../../../src/cache/configuration';
import { createCache } from '../../../src/cache/create-cache';

/** 800 by 800 pixels, not compressed yet. */
const BADGE_BYTES = 800 * 800 * 4;

interface Badge {
  readonly profile: Profile | null;
  readonly pixels: Buffer;
}

const badges = new Map<string, Badge>();

export const handler = serveStore(({ tally }) => {
  const store = redisStore(createCache(readCacheConfiguration(process.env), { tally }));
  return {
    ...store,
    readProfile: async (...question) => {
      const key = JSON.stringify(question);
      const known = badges.get(key);
      if (known !== undefined) return known.profile;
      const profile = await store.readProfile(...question);
      badges.set(key, { profile, pixels: Buffer.alloc(BADGE_BYTES, profile?.name ?? 'unknown') });
      return profile;
    },
  };
});
