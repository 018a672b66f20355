import type { Cache } from '../cache/cache';
import type { CheckIn, Profile, Store } from './store';

/** Keys of the service. One key per operation, so that it also fits a cluster. */
const profileKey = (userId: string) => `profile:${userId}`;
/** Sorted set: user by the time of the first check-in, in epoch milliseconds. */
const checkInsKey = (eventId: string) => `event:${eventId}:check-ins`;

/** The store on a cache. Each operation is one round trip and may be repeated without harm. */
export function redisStore(cache: Pick<Cache, 'run'>): Store {
  return {
    ping: async (endpoint, deadline) => {
      await cache.run(endpoint, (client) => client.ping(), deadline);
    },
    readProfile: async (userId, from, deadline) =>
      profileOf(userId, await cache.run(from, (client) => client.hGetAll(profileKey(userId)), deadline)),
    writeProfile: async (profile, deadline) => {
      const key = profileKey(profile.userId);
      await cache.run('primary', (client) => client.multi().del(key).hSet(key, fieldsOf(profile)).exec(), deadline);
    },
    checkIn: async (eventId, userId, at, deadline) => {
      const key = checkInsKey(eventId);
      const score = at.getTime();
      // NX is the counting once, atomically; members never leave, so the score read behind it is the first one's.
      const [added, first] = await cache.run(
        'primary',
        (client) => Promise.all([client.zAdd(key, { score, value: userId }, { condition: 'NX' }), client.zScore(key, userId)]),
        deadline,
      );
      return { userId, created: added === 1, checkedInAt: new Date(first ?? score).toISOString() };
    },
    checkIns: async (eventId, recent, from, deadline) => {
      const key = checkInsKey(eventId);
      const [count, newest] = await cache.run(
        from,
        (client) => Promise.all([client.zCard(key), client.zRangeWithScores(key, 0, recent - 1, { REV: true })]),
        deadline,
      );
      return { count, mostRecent: newest.map(checkInOf) };
    },
    leaderboard: async (eventId, limit, from, deadline) => {
      const key = checkInsKey(eventId);
      return (await cache.run(from, (client) => client.zRangeWithScores(key, 0, limit - 1), deadline)).map(checkInOf);
    },
  };
}

function fieldsOf(profile: Profile): Record<string, string> {
  return profile.company === undefined ? { name: profile.name } : { name: profile.name, company: profile.company };
}

/** A hash without a name is none of ours: unknown. */
function profileOf(userId: string, fields: Readonly<Record<string, string>>): Profile | null {
  const name = fields['name'];
  if (name === undefined) return null;
  return fields['company'] === undefined ? { userId, name } : { userId, name, company: fields['company'] };
}

function checkInOf(member: { readonly value: string; readonly score: number }): CheckIn {
  return { userId: member.value, checkedInAt: new Date(member.score).toISOString() };
}
