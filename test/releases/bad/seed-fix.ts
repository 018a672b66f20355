/**
 * The case study's published remedy as published: one cache object whose `client` field concurrent calls overwrite, a
 * listener that throws, no close when an operation fails, and errors swallowed into nothing: 200 without data.
 * @verdict failed
 * @stopped-by smoke-client-checks:above-limit
 */
import { createClient } from 'redis';
import { serveStore } from '../../../src/api/serve';
import type { CheckIn, Profile } from '../../../src/api/store';
import { CACHE_ENV } from '../../../src/contract';

type Client = Awaited<ReturnType<typeof connect>>;

const connect = (url: string) =>
  createClient({ url })
    .on('error', (error: Error) => {
      console.log(error);
      throw new Error('Redis Client Connection Error');
    })
    .connect();

class PublishedCache {
  private client: Client | null = null;
  private readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  async getInstance(): Promise<Client> {
    this.client = await connect(this.url);
    return this.client;
  }

  async closeInstance(): Promise<void> {
    if (this.client) await this.client.quit();
  }
}

// One address for everything, as published (there it was the read-only one: every write would have failed).
const cache = new PublishedCache(process.env[CACHE_ENV.primaryUrl] ?? '');

async function doSomething<T>(command: (client: Client) => Promise<T>): Promise<T | undefined> {
  try {
    const client = await cache.getInstance();
    const result = await command(client);
    await cache.closeInstance();
    return result;
  } catch (error) {
    console.error(error);
    return;
  }
}

const checkInsKey = (eventId: string) => `event:${eventId}:check-ins`;
const settings = () => doSomething((client) => client.hGetAll('settings'));
const checkInOf = (member: { value: string; score: number }): CheckIn => ({
  userId: member.value,
  checkedInAt: new Date(member.score).toISOString(),
});

export const handler = serveStore(() => ({
  ping: async () => void (await doSomething((client) => client.ping())),
  readProfile: async (userId) => {
    const [, fields] = await Promise.all([settings(), doSomething((client) => client.hGetAll(`profile:${userId}`))]);
    return { ...fields, userId: fields?.['name'] && userId } as Profile;
  },
  writeProfile: async ({ userId, name }) => void (await doSomething((client) => client.hSet(`profile:${userId}`, { name }))),
  checkIn: async (eventId, userId, at) => {
    const member = { score: at.getTime(), value: userId };
    const added = await doSomething((client) => client.zAdd(checkInsKey(eventId), member, { condition: 'NX' }));
    return { userId, created: added === 1, checkedInAt: at.toISOString() };
  },
  checkIns: async (eventId, recent) => {
    const [count, newest] = await Promise.all([
      doSomething((client) => client.zCard(checkInsKey(eventId))),
      doSomething((client) => client.zRangeWithScores(checkInsKey(eventId), 0, recent - 1, { REV: true })),
    ]);
    return { count: count as number, mostRecent: newest?.map(checkInOf) as CheckIn[] };
  },
  leaderboard: async (eventId, limit) => {
    const [, first] = await Promise.all([settings(), doSomething((client) => client.zRangeWithScores(checkInsKey(eventId), 0, limit - 1))]);
    return (first ?? []).map(checkInOf);
  },
}));
