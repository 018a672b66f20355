import { cacheOn, TOLERANCE_MS, timed, within } from '../support/cache';
import { startProxy } from '../support/tcp-proxy';
import { eventually, startValkey, type TestValkey } from '../support/valkey';

let first: TestValkey;
let second: TestValkey;

beforeAll(async () => {
  [first, second] = await Promise.all([startValkey(), startValkey()]);
  await second.command('REPLICAOF', '127.0.0.1', String(first.port));
  await eventually(
    () => second.command('ROLE'),
    (role) => Array.isArray(role) && role[3] === 'connected',
  );
});
afterAll(() => Promise.all([first.stop(), second.stop()]));

describe.each(['shared', 'pool'] as const)('%s', (name) => {
  const strategy = name === 'pool' ? { name, maximum: 3 } : { name };

  it('follows the primary within the request when the old one has become a replica', async () => {
    await makePrimary(first, second);
    const endpoint = await startProxy(first.port);
    const cache = cacheOn(`redis://localhost:${endpoint.port}`, { strategy, reader: first.url });
    await cache.run('primary', (client) => client.set('key', 'before'), within(1500));
    await makePrimary(second, first);
    endpoint.retarget(second.port);

    await cache.run('primary', (client) => client.set('key', 'after'), within(1500));
    expect(await second.command('GET', 'key')).toBe('after');
    await eventually(endpoint.open, (open) => open === 1);
    cache.close();
    await endpoint.close();
  });

  it('says so in time when the address still leads to the replica', async () => {
    await makePrimary(second, first);
    const cache = cacheOn(first.url, { strategy });
    const { ms, error } = await timed(cache.run('primary', (client) => client.set('key', 'lost'), within(800)));
    expect(error).toMatchObject({ name: 'CacheUnavailable', reason: 'read-only' });
    expect(ms).toBeLessThan(800 + TOLERANCE_MS);
    cache.close();
    await eventually(first.clients, (ids) => ids.length === 0);
  });
});

async function makePrimary(primary: TestValkey, replica: TestValkey): Promise<void> {
  await primary.command('REPLICAOF', 'NO', 'ONE');
  await replica.command('REPLICAOF', '127.0.0.1', String(primary.port));
  await eventually(
    () => replica.command('ROLE'),
    (role) => Array.isArray(role) && role[0] === 'slave',
  );
}
