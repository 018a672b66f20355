import type { Cache } from '../../src/cache/cache';
import type { Strategy } from '../../src/cache/configuration';
import { parseEndpoint } from '../../src/cache/endpoint';
import { iamCredentials } from '../../src/cache/iam-credentials';
import { iamToken } from '../../src/cache/iam-token';
import { cacheOn, timed, within } from '../support/cache';
import { eventually, startValkey, type TestValkey } from '../support/valkey';

const scope = { cacheName: 'check-in', user: 'service', region: 'eu-west-1' };
const environment = { AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'session' };
const keys = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' };
const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 24, 8);
const STRATEGIES: readonly Strategy[] = [{ name: 'shared' }, { name: 'pool', maximum: 3 }, { name: 'open-quit' }];

let server: TestValkey;
let address: string;
let clock: number;
/** Ended even when the test fails. */
let cache: Cache | null = null;
beforeAll(async () => {
  server = await startValkey('--user', 'service', 'on', '~*', '+@all');
  // As on ElastiCache: nobody may do anything before it has authenticated, as that user.
  await server.command('ACL', 'SETUSER', 'default', 'resetpass', '>nobody-knows');
  address = server.url.replace('redis://', 'redis://service@');
});
afterAll(() => server.stop());
beforeEach(async () => {
  clock = START;
  await acceptTokenOf(START);
});

afterEach(async () => {
  cache?.close();
  cache = null;
  await eventually(server.clients, (ids) => ids.length === 0);
});

/** From now on the server takes only the token that is made at that time: every other one has expired. */
async function acceptTokenOf(at: number): Promise<void> {
  await server.command('ACL', 'SETUSER', 'service', 'resetpass', `>${iamToken(scope, keys, new Date(at))}`);
}

const source = (now: () => number = () => clock) => iamCredentials(scope, environment, now);
function open(strategy: Strategy, now?: () => number): Cache {
  cache = cacheOn(address, { strategy, credentials: source(now) });
  return cache;
}

const cut = () => server.command('CLIENT', 'KILL', 'USER', 'service');

describe.each(STRATEGIES)('$name', (strategy) => {
  it('connects as the user of the address, and with a fresh token after 12 hours', async () => {
    const opened = open(strategy);
    const whoAmI = () => opened.run('primary', (client) => client.sendCommand(['ACL', 'WHOAMI']), within(1500));
    expect(await whoAmI()).toBe('service');
    clock += 12 * 60 * MINUTE;
    await acceptTokenOf(clock);
    await cut();
    expect(await whoAmI()).toBe('service');
  });

  it('would be refused with the token that it began with', async () => {
    const opened = open(strategy, () => START);
    expect(await opened.run('primary', (client) => client.ping(), within(1500))).toBe('PONG');
    await acceptTokenOf(START + 16 * MINUTE);
    await cut();
    const { error } = await timed(opened.run('primary', (client) => client.ping(), within(400)));
    expect(error).toMatchObject({ name: 'CacheUnavailable' });
  });
});

it.each(STRATEGIES.slice(0, 2))('answers a request whose connection is cut while it waits ($name)', async (strategy) => {
  const opened = open(strategy);
  await opened.run('primary', (client) => client.ping(), within(1500));
  const answer = opened.run('primary', (client) => client.sendCommand(['BLPOP', 'queue', '0.15']), within(1500));
  await eventually(
    () => server.command('CLIENT', 'LIST'),
    (list) => /user=service .*cmd=blpop|cmd=blpop .*user=service/.test(String(list)),
  );
  clock += 16 * MINUTE;
  await acceptTokenOf(clock);
  await cut();
  await server.command('RPUSH', 'queue', 'answer');
  expect(await answer).toEqual(['queue', 'answer']);
});

it('uses a token again only while it has more than a minute left', async () => {
  const credentials = source();
  const endpoint = parseEndpoint('rediss://service@host', 'X');
  const first = await credentials(endpoint);
  clock += 14 * MINUTE - 1;
  expect(await credentials(endpoint)).toEqual(first);
  clock += 1;
  const second = await credentials(endpoint);
  expect(second).toEqual({ username: 'service', password: iamToken(scope, keys, new Date(clock)) });
  expect(second).not.toEqual(first);
});

it('makes a token for each user, of the credentials that the function has now', async () => {
  const own: Record<string, string> = { ...environment };
  const credentials = iamCredentials(scope, own, () => clock);
  const tokenOf = async (user: string) => (await credentials(parseEndpoint(`rediss://${user}@host`, 'X')))?.password;
  expect(await tokenOf('writer')).toBe(iamToken({ ...scope, user: 'writer' }, keys, new Date(clock)));
  own['AWS_SECRET_ACCESS_KEY'] = 'rotated';
  const rotated = { ...keys, secretAccessKey: 'rotated' };
  expect(await tokenOf('reader')).toBe(iamToken({ ...scope, user: 'reader' }, rotated, new Date(clock)));
});

it('says which variable is missing when the function has no credentials', async () => {
  const credentials = iamCredentials(scope, {}, () => clock);
  await expect(credentials(parseEndpoint('rediss://service@host', 'X'))).rejects.toThrow('AWS_ACCESS_KEY_ID');
});
