import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadToolchain } from '../../../src/pipeline/toolchain';
import { startCache } from '../../../src/twin/cache/cache';
import { ask, type RealCache, startRealCache, until } from './real-cache';

describe('a replication group', () => {
  let real: RealCache;

  beforeEach(async () => {
    real = await startRealCache({ maxClients: 100 });
  });
  afterEach(() => real.stop());

  test('has a primary and a replica that follows it, under ids as ElastiCache gives them', async () => {
    const { cache } = real;
    expect(cache.nodes()).toMatchObject([
      { cacheClusterId: 'group-001', cacheNodeId: '0001', role: 'primary', ...cache.primary() },
      { cacheClusterId: 'group-002', cacheNodeId: '0001', role: 'replica', ...cache.reader() },
    ]);
    expect(await ask(cache.reader(), 'INFO replication')).toContain('master_link_status:up');
    expect(await ask(cache.primary(), 'SET key value')).toContain('OK');
    await until('the replica has the key', async () => (await ask(cache.reader(), 'GET key')).includes('value'));
    expect(await ask(cache.reader(), 'SET key other')).toContain('READONLY');
  });

  test('runs with the settings of ElastiCache and writes nothing to disk', async () => {
    const expected = {
      save: '',
      appendonly: 'no',
      'tcp-keepalive': '300',
      timeout: '0',
      'repl-diskless-sync-delay': '0',
      maxclients: '100',
    };
    for (const node of real.cache.nodes()) {
      for (const [name, value] of Object.entries(expected)) {
        expect((await ask(node, `CONFIG GET ${name}`)).split('\r\n').slice(2)).toEqual([name, `$${value.length}`, value, '']);
      }
    }
    expect((await readdir(real.directory)).every((name) => name.endsWith('.log'))).toBe(true);
    expect(real.cache.maxClients).toBe(100);
  });

  test('is reached by name and by every loopback address of the machine', async () => {
    const { host, port } = real.cache.primary();
    expect(host).toBe('localhost');
    const addresses = (networkInterfaces()['lo'] ?? []).map(({ address }) => address);
    expect(addresses).toContain('127.0.0.1');
    for (const address of ['localhost', ...addresses.filter((known) => known === '127.0.0.1' || known === '::1')]) {
      expect(await ask({ host: address, port }, 'PING')).toContain('PONG');
    }
  });

  test('fails over: the replica serves with its data, ids stay, roles move, a new replica follows', async () => {
    const { cache } = real;
    const [oldPrimary, oldReader] = [cache.primary(), cache.reader()];
    await ask(oldPrimary, 'SET key value');
    await until('the replica has the key', async () => (await ask(oldReader, 'GET key')).includes('value'));

    const done = cache.failover();
    await until('the replica is promoted', () => cache.primary().port === oldReader.port);
    expect(cache.reader()).toEqual(cache.primary());
    await done;

    expect(cache.nodes().map(({ cacheClusterId, role }) => [cacheClusterId, role])).toEqual([
      ['group-001', 'replica'],
      ['group-002', 'primary'],
    ]);
    expect(cache.reader().port).not.toBe(cache.primary().port);
    expect(await ask(cache.primary(), 'SET other value')).toContain('OK');
    expect(await ask(cache.reader(), 'GET key')).toContain('value');
    await expect(ask(oldPrimary, 'PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('fails over twice: each id is primary again', async () => {
    await real.cache.failover();
    await real.cache.failover();
    expect(real.cache.nodes().map(({ role }) => role)).toEqual(['primary', 'replica']);
    expect(await ask(real.cache.reader(), 'INFO replication')).toContain('master_link_status:up');
  });

  test.each(['primary', 'replica'] as const)('loses its %s without a farewell, and the endpoint still leads there', async (role) => {
    const { cache } = real;
    const other = role === 'primary' ? cache.reader() : cache.primary();
    const lost = role === 'primary' ? cache.primary() : cache.reader();
    await cache.kill(role);
    await expect(ask(lost, 'PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await ask(other, 'PING')).toContain('PONG');
    expect(cache.nodes().map(({ port }) => port)).toContain(lost.port);
  });

  test('stops in the middle of a failover without leaving a server', async () => {
    const { cache } = real;
    const failover = cache.failover();
    await cache.stop();
    await failover;
    for (const node of cache.nodes()) await expect(ask(node, 'PING')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a server that cannot do what is asked', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidegate-cache-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** The real server behind a shell that does something else first, or adds settings. */
  async function wrapped(before: string, settings: string): Promise<string> {
    const wrapper = join(directory, 'wrapped-valkey');
    await writeFile(wrapper, `#!/bin/sh\n${before}\nexec '${loadToolchain().valkeyServer.path}' "$@" ${settings}\n`);
    await chmod(wrapper, 0o755);
    return wrapper;
  }

  test('is waited for: a slow synchronisation is over when the start returns', async () => {
    const valkeyServer = await wrapped('', '--repl-diskless-sync-delay 1');
    const cache = await startCache({ valkeyServer, directory, replicationGroupId: 'group' });
    try {
      expect(await ask(cache.reader(), 'INFO replication')).toContain('master_link_status:up');
    } finally {
      await cache.stop();
    }
  });

  test('lowers the client limit to its descriptors, and the cache says so', async () => {
    const valkeyServer = await wrapped('ulimit -n 256', '');
    const cache = await startCache({ valkeyServer, directory, replicationGroupId: 'group', maxClients: 65_000 });
    try {
      expect(cache.maxClients).toBe(224);
    } finally {
      await cache.stop();
    }
  });

  test.each(['/bin/false', '/nowhere/valkey-server'])('%s is no server: the start fails at once and names it', async (valkeyServer) => {
    const started = Date.now();
    await expect(startCache({ valkeyServer, directory, replicationGroupId: 'group' })).rejects.toThrow(valkeyServer);
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});
