import { createClientPool } from 'redis';
import type { Cache } from '../../src/cache/cache';
import { cacheOn, TOLERANCE_MS, timed, within } from '../support/cache';
import { startProxy, type TcpProxy } from '../support/tcp-proxy';
import { eventually, startValkey, type TestValkey } from '../support/valkey';

const MAXIMUM = 3;
let server: TestValkey;
let proxy: TcpProxy;
let cache: Cache;
/** A pool as the library makes it, ended even when the test fails. */
let naive: { destroy(): void } | null = null;
const ping = (deadline = within(1500)) => cache.run('primary', (client) => client.ping(), deadline);

beforeAll(async () => {
  server = await startValkey();
});
afterAll(() => server.stop());
beforeEach(async () => {
  proxy = await startProxy(server.port);
  cache = cacheOn(`redis://localhost:${proxy.port}`, { strategy: { name: 'pool', maximum: MAXIMUM } });
});
afterEach(async () => {
  naive?.destroy();
  naive = null;
  cache.close();
  await proxy.close();
  await eventually(server.clients, (ids) => ids.length === 0);
});

it('holds one connection while requests come one at a time, from the first one on', async () => {
  for (let request = 0; request < 20; request += 1) await ping();
  expect(await server.clients()).toHaveLength(1);
});

it('never exceeds its maximum, where the library by default opens one for each command', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, () => ping()));
  expect(answers).toHaveLength(60);
  expect((await server.clients()).length).toBeLessThanOrEqual(MAXIMUM);

  const pool = createClientPool({ url: server.url }).on('error', () => undefined);
  naive = pool;
  await pool.connect();
  await Promise.all(Array.from({ length: 60 }, () => pool.ping()));
  await eventually(server.clients, (ids) => ids.length >= 60);
});

it('is busy, not broken, while every member is taken', async () => {
  const patient = cacheOn(server.url, { strategy: { name: 'pool', maximum: 1 }, timing: { connectMs: 400, attemptMs: 1000 } });
  await patient.run('primary', (client) => client.ping(), within(1500));
  const before = await server.clients();
  const slow = patient.run('primary', (client) => client.blPop('nothing', 0.65), within(1500));
  const { error } = await timed(patient.run('primary', (client) => client.ping(), within(1500)));
  expect(error).toMatchObject({ name: 'CacheUnavailable', reason: 'busy' });
  await slow;
  expect(await server.clients()).toEqual(before);
  patient.close();
});

it('answers at the deadline on a black hole and replaces the dead members', async () => {
  await Promise.all([ping(), ping(), ping()]);
  proxy.blackHole(true);
  const { ms, error } = await timed(ping(within(700)));
  expect(error).toMatchObject({ name: 'CacheUnavailable', reason: 'deadline' });
  expect(ms).toBeLessThan(700 + TOLERANCE_MS);
  proxy.blackHole(false);
  expect(await ping()).toBe('PONG');
  await eventually(server.clients, (ids) => ids.length === 1);
});

it('recovers within the request after the server closed every member', async () => {
  await Promise.all([ping(), ping(), ping()]);
  proxy.cut();
  expect(await ping()).toBe('PONG');
});

it('goes on after its members were closed for good, where the library hands them out for ever', async () => {
  await ping();
  await cache.run('primary', async (client) => client.destroy(), within(1000));
  expect(await ping()).toBe('PONG');

  const pool = createClientPool({ url: server.url }, { minimum: 1, maximum: 1 }).on('error', () => undefined);
  naive = pool;
  await pool.connect();
  await pool.execute(async (client) => client.destroy());
  for (let request = 0; request < 3; request += 1) await expect(pool.ping()).rejects.toThrow('The client is closed');
});
