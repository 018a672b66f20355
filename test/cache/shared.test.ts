import { createClient } from 'redis';
import type { Cache } from '../../src/cache/cache';
import { cacheOn, TIMING, TOLERANCE_MS, tally, timed, within } from '../support/cache';
import { startProxy, type TcpProxy } from '../support/tcp-proxy';
import { eventually, startValkey, startValkeyOn, type TestValkey } from '../support/valkey';

let server: TestValkey;
let proxy: TcpProxy;
let cache: Cache;
/** A client as the library makes it, ended even when the test fails. */
let naive: { destroy(): void } | null = null;
const ping = (deadline = within(1500)) => cache.run('primary', (client) => client.ping(), deadline);

beforeAll(async () => {
  server = await startValkey();
});
afterAll(() => server.stop());
beforeEach(async () => {
  proxy = await startProxy(server.port);
  cache = cacheOn(`redis://localhost:${proxy.port}`, { reader: server.url });
  tally.take();
});
afterEach(async () => {
  naive?.destroy();
  naive = null;
  cache.close();
  await proxy.close();
  await eventually(server.clients, (ids) => ids.length === 0);
});

it('keeps one connection per endpoint, however many commands run at once', async () => {
  cache.warm();
  const many = Array.from({ length: 200 }, (_, index) =>
    cache.run(index % 2 === 0 ? 'primary' : 'reader', (client) => client.ping(), within(2000)),
  );
  expect(new Set(await Promise.all(many))).toEqual(new Set(['PONG']));
  expect(await server.clients()).toHaveLength(2);
  expect(tally.take()).toMatchObject({ connects: 2, reconnects: 0, connectTimesMs: [expect.any(Number), expect.any(Number)] });
});

it('opens nothing before it is asked, and an endpoint only when it is used', async () => {
  expect(await server.clients()).toHaveLength(0);
  await ping();
  expect(await server.clients()).toHaveLength(1);
});

it('recovers within the same request after the server closed the connection', async () => {
  await ping();
  proxy.cut();
  expect(await ping()).toBe('PONG');
  expect(await server.clients()).toHaveLength(1);
  expect(tally.take()).toMatchObject({ connects: 2, reconnects: 1 });
});

it('answers at the deadline when a socket swallows a written command, and destroys it', async () => {
  await ping();
  proxy.blackHole(true);
  const { ms, error } = await timed(ping(within(700)));
  expect(error).toMatchObject({ name: 'CacheUnavailable', endpoint: 'primary', reason: 'deadline' });
  expect(ms).toBeLessThan(700 + TOLERANCE_MS);
  proxy.blackHole(false);
  expect(await ping()).toBe('PONG');
  expect(await eventually(server.clients, (ids) => ids.length === 1)).toHaveLength(1);
});

it('recovers within the same request when only the old connection is dead', async () => {
  await ping();
  const [old] = await server.clients();
  proxy.blackHole(true);
  const asked = timed(ping());
  setTimeout(() => proxy.blackHole(false), TIMING.attemptMs / 2);
  const { ms, value } = await asked;
  expect(value).toBe('PONG');
  expect(ms).toBeGreaterThan(TIMING.attemptMs / 2);
  expect(await eventually(server.clients, (ids) => ids.length === 1 && ids[0] !== old)).toHaveLength(1);
  expect(tally.take()).toMatchObject({ connects: 2, reconnects: 1 });
});

it('survives a freeze on the same connection', async () => {
  await ping();
  const before = await server.clients();
  const asked = cache.run('reader', (client) => client.ping(), within(1500));
  freeze(TIMING.attemptMs * 3);
  expect(await asked).toBe('PONG');
  expect(await ping()).toBe('PONG');
  expect(await server.clients()).toEqual(expect.arrayContaining([...before]));
  expect(tally.take().reconnects).toBe(0);
});

it('leaves no connection behind when it is closed while it connects', async () => {
  const accepted = await server.accepted();
  for (let round = 0; round < 5; round += 1) {
    const other = cacheOn(server.url);
    other.warm();
    if (round > 0) await new Promise((resolve) => setImmediate(resolve));
    other.close();
  }
  await eventually(server.accepted, (now) => now > accepted);
  await eventually(server.clients, (ids) => ids.length === 0);
});

it('is unavailable while nothing listens, and well again when something does', async () => {
  const port = proxy.port;
  await proxy.close();
  const { ms, error } = await timed(ping(within(600)));
  expect(error).toMatchObject({ name: 'CacheUnavailable' });
  expect(ms).toBeLessThan(600 + TOLERANCE_MS);
  const revived = await startValkeyOn(port);
  expect(await ping(within(2000))).toBe('PONG');
  await revived.stop();
});

it('leaves errors of the operation itself alone', async () => {
  await server.command('SET', 'text', 'x');
  await expect(cache.run('primary', (client) => client.hGetAll('text'), within(1000))).rejects.toThrow('WRONGTYPE');
  await expect(cache.run('primary', () => Promise.reject(new RangeError('mine')), within(1000))).rejects.toThrow(RangeError);
});

/** Stands still as a frozen environment does: no timer runs, no byte is read. */
function freeze(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('the client by its defaults', () => {
  it('hangs on the same black hole', async () => {
    const client = createClient({ url: `redis://localhost:${proxy.port}`, commandOptions: { timeout: 100 } });
    naive = client;
    client.on('error', () => undefined);
    await client.connect();
    proxy.blackHole(true);
    const outcome = await Promise.race([client.ping(), new Promise((resolve) => setTimeout(resolve, 700, 'hangs'))]);
    expect(outcome).toBe('hangs');
  });

  it('is dead for good after a freeze longer than its socket timeout', async () => {
    const client = createClient({ url: server.url, socket: { socketTimeout: 100 } });
    naive = client;
    client.on('error', () => undefined);
    await client.connect();
    freeze(300);
    await eventually(
      () => client.isOpen,
      (open) => !open,
    );
    await expect(client.ping()).rejects.toThrow('The client is closed');
  });

  it('keeps a connection that was destroyed while it was being made', async () => {
    const client = createClient({ url: server.url });
    naive = client;
    client.on('error', () => undefined);
    client.connect().catch(() => undefined);
    client.destroy();
    expect(await eventually(server.clients, (ids) => ids.length === 1)).toHaveLength(1);
  });
});
