import { cacheOn, timed, within } from '../support/cache';
import { eventually, startValkey, type TestValkey } from '../support/valkey';

let server: TestValkey;
beforeAll(async () => {
  server = await startValkey('--user', 'service', 'on', '>first', '~*', '+@all');
  // As on ElastiCache: without credentials nobody may do anything. The test's own connection stays what it is.
  await server.command('ACL', 'SETUSER', 'default', 'resetpass', '>other');
});
afterAll(() => server.stop());

const withUser = (password: string) => server.url.replace('redis://', `redis://service:${password}@`);

it('takes user and password from the address', async () => {
  const cache = cacheOn(withUser('first'));
  expect(await cache.run('primary', (client) => client.sendCommand(['ACL', 'WHOAMI']), within(1500))).toBe('service');
  cache.close();
});

it('asks for credentials at every handshake, because a token expires', async () => {
  let password = 'first';
  let asked = 0;
  const credentials = async () => {
    asked += 1;
    return { username: 'service', password };
  };
  const cache = cacheOn(server.url, { credentials });
  const whoAmI = () => cache.run('primary', (client) => client.sendCommand(['ACL', 'WHOAMI']), within(1500));
  expect(await whoAmI()).toBe('service');
  await server.command('ACL', 'SETUSER', 'service', 'resetpass', '>second');
  password = 'second';
  await server.command('CLIENT', 'KILL', 'USER', 'service');
  expect(await whoAmI()).toBe('service');
  expect(asked).toBe(2);
  cache.close();
  await eventually(server.clients, (ids) => ids.length === 0);
});

it('is unavailable in time with a wrong password and says why to the listener', async () => {
  const heard: string[] = [];
  const cache = cacheOn(withUser('wrong'), { onConnectionError: (_endpoint, error) => heard.push(error.message) });
  const { error } = await timed(cache.run('primary', (client) => client.ping(), within(500)));
  expect(error).toMatchObject({ name: 'CacheUnavailable' });
  expect(heard.join()).toContain('WRONGPASS');
  cache.close();
  await eventually(server.clients, (ids) => ids.length === 0);
});

it('survives a server that refuses more clients', async () => {
  const full = await startValkey('--maxclients', '1');
  const cache = cacheOn(full.url);
  const { error } = await timed(cache.run('primary', (client) => client.ping(), within(500)));
  expect(error).toMatchObject({ name: 'CacheUnavailable' });
  await full.command('CONFIG', 'SET', 'maxclients', '50');
  expect(await cache.run('primary', (client) => client.ping(), within(1500))).toBe('PONG');
  cache.close();
  await full.stop();
});
