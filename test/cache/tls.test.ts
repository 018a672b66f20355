import { connect } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { readCacheConfiguration } from '../../src/cache/configuration';
import { createCache } from '../../src/cache/create-cache';
import { iamToken } from '../../src/cache/iam-token';
import { CACHE_ENV } from '../../src/contract';
import { cacheOn, tally, timed, within } from '../support/cache';
import { makeTlsIdentity } from '../support/tls-identity';
import { eventually, startValkey, type TestValkey } from '../support/valkey';

const identity = makeTlsIdentity();
let server: TestValkey;
let front: Server;
let url: string;
const open = new Set<TLSSocket>();

beforeAll(async () => {
  server = await startValkey();
  front = createServer({ cert: identity.certificate, key: identity.key }, (client) => {
    open.add(client);
    client.once('close', () => open.delete(client));
    const upstream = connect(server.port, '127.0.0.1');
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => front.listen(0, () => resolve()));
  const address = front.address();
  url = `rediss://localhost:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(async () => {
  for (const client of open) client.destroy();
  await new Promise((resolve) => front.close(resolve));
  await server.stop();
});

it.each([{ name: 'shared' }, { name: 'pool', maximum: 2 }, { name: 'open-quit' }] as const)(
  'speaks TLS by rediss:// ($name)',
  async (strategy) => {
    const cache = cacheOn(url, { strategy, certificateAuthority: identity.certificate });
    expect(await cache.run('primary', (client) => client.ping(), within(1500))).toBe('PONG');
    cache.close();
    await eventually(server.clients, (ids) => ids.length === 0);
  },
);

it('authenticates by a token when the environment says so', async () => {
  const before = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'session' });
  const scope = { cacheName: 'check-in', user: 'service', region: 'eu-west-1' };
  const keys = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' };
  const tokens = [0, 1, 2, 3, 4].map((seconds) => iamToken(scope, keys, new Date(Date.now() + seconds * 1000)));
  await server.command('ACL', 'SETUSER', 'service', 'on', '~*', '+@all', ...tokens.map((token) => `>${token}`));
  const address = url.replace('rediss://', 'rediss://service@');
  const configuration = readCacheConfiguration({
    [CACHE_ENV.primaryUrl]: address,
    [CACHE_ENV.readerUrl]: address,
    [CACHE_ENV.authentication]: 'iam',
    [CACHE_ENV.name]: 'check-in',
    AWS_REGION: 'eu-west-1',
  });
  const cache = createCache(configuration, { tally, certificateAuthority: identity.certificate });
  try {
    for (const endpoint of ['primary', 'reader'] as const) {
      expect(await cache.run(endpoint, (client) => client.sendCommand(['ACL', 'WHOAMI']), within(1500))).toBe('service');
    }
  } finally {
    cache.close();
    process.env = before;
  }
  await eventually(server.clients, (ids) => ids.length === 0);
});

it('does not speak to a server that it has no reason to trust', async () => {
  const heard: string[] = [];
  const cache = cacheOn(url, { onConnectionError: (_endpoint, error) => heard.push(error.message) });
  const { error } = await timed(cache.run('primary', (client) => client.ping(), within(500)));
  expect(error).toMatchObject({ name: 'CacheUnavailable' });
  expect(heard.join()).toContain('self-signed certificate');
  cache.close();
});
