import { cacheOn, TOLERANCE_MS, timed, within } from '../support/cache';
import { startProxy } from '../support/tcp-proxy';
import { eventually, startValkey, type TestValkey } from '../support/valkey';

let server: TestValkey;
beforeAll(async () => {
  server = await startValkey();
});
afterAll(() => server.stop());

const strategy = { name: 'open-quit' } as const;

it('makes a connection for each operation and leaves none', async () => {
  const cache = cacheOn(server.url, { strategy });
  const accepted = await server.accepted();
  for (let request = 0; request < 10; request += 1) expect(await cache.run('reader', (client) => client.ping(), within(1500))).toBe('PONG');
  expect((await server.accepted()) - accepted).toBe(10);
  await eventually(server.clients, (ids) => ids.length === 0);
});

it('leaves none when the operation fails', async () => {
  const cache = cacheOn(server.url, { strategy });
  await expect(cache.run('primary', () => Promise.reject(new RangeError('mine')), within(1500))).rejects.toThrow(RangeError);
  await eventually(server.clients, (ids) => ids.length === 0);
});

it('answers at the deadline when the handshake gets no answer, and leaves none', async () => {
  const proxy = await startProxy(server.port);
  proxy.blackHole(true);
  const cache = cacheOn(`redis://localhost:${proxy.port}`, { strategy });
  const { ms, error } = await timed(cache.run('primary', (client) => client.ping(), within(500)));
  expect(error).toMatchObject({ name: 'CacheUnavailable', reason: 'deadline' });
  expect(ms).toBeLessThan(500 + TOLERANCE_MS);
  await eventually(proxy.open, (open) => open === 0);
  await proxy.close();
});

it('is unavailable at once when nothing listens', async () => {
  const proxy = await startProxy(server.port);
  await proxy.close();
  const cache = cacheOn(`redis://localhost:${proxy.port}`, { strategy });
  const { ms, error } = await timed(cache.run('primary', (client) => client.ping(), within(1500)));
  expect(error).toMatchObject({ name: 'CacheUnavailable', reason: 'connection' });
  expect(ms).toBeLessThan(1000);
});
