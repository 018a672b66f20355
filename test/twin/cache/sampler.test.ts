import { type CacheSampler, startCacheSampler } from '../../../src/twin/cache/sampler';
import type { MetricDatum } from '../../../src/twin/ports';
import { type Address, ask, openClient, type RealCache, startRealCache, until } from './real-cache';

const INTERVAL_MS = 100;

let real: RealCache;
let sampler: CacheSampler;
let data: MetricDatum[];

beforeEach(async () => {
  real = await startRealCache({ maxClients: 200 });
  data = [];
  sampler = startCacheSampler({ cache: real.cache, sink: { record: (datum) => data.push(datum) }, intervalMs: INTERVAL_MS });
});
afterEach(async () => {
  await sampler.stop();
  await real.stop();
});

/** Data of one cluster id's metric, under the cluster's own dimension alone. */
function series(cacheClusterId: string, metricName: string): readonly MetricDatum[] {
  return data.filter(
    ({ dimensions, metricName: name }) =>
      name === metricName && dimensions['CacheClusterId'] === cacheClusterId && dimensions['CacheNodeId'] === undefined,
  );
}

const sum = (data: readonly MetricDatum[]) => data.reduce((total, { value }) => total + value, 0);

async function nextSamples(count: number, metricName = 'CurrConnections'): Promise<void> {
  const [first, second] = ['group-001', 'group-002'].map((id) => series(id, metricName).length + count);
  await until(`both nodes have ${count} more samples`, () => {
    return series('group-001', metricName).length >= (first ?? 0) && series('group-002', metricName).length >= (second ?? 0);
  });
}

/** Connections as the server lists them, by flag, without the one that asks. */
async function listedClients(address: Address): Promise<{ readonly normal: number; readonly links: number }> {
  const flags = [...(await ask(address, 'CLIENT LIST')).matchAll(/ flags=(\w+) .* cmd=(\S+)/g)].map(([, flag, command]) => ({
    flag,
    command,
  }));
  return {
    normal: flags.filter(({ flag, command }) => flag === 'N' && command !== 'client|list').length,
    links: flags.filter(({ flag }) => flag === 'S' || flag === 'M').length,
  };
}

test('CurrConnections is what CLIENT LIST shows, less the replication link, plus one for the monitoring', async () => {
  const [primary, replica] = [real.cache.primary(), real.cache.reader()];
  const sockets = await Promise.all([primary, primary, primary, replica].map(openClient));
  await nextSamples(2);
  expect(await listedClients(primary)).toEqual({ normal: 3 + 1, links: 1 });
  expect(await listedClients(replica)).toEqual({ normal: 1 + 1, links: 1 });
  expect(series('group-001', 'CurrConnections').at(-1)).toMatchObject({ namespace: 'AWS/ElastiCache', unit: 'Count', value: 4 });
  expect(series('group-002', 'CurrConnections').at(-1)).toMatchObject({ value: 2 });
  for (const socket of sockets) socket.destroy();
  await until('the level is back at the monitoring alone', () => series('group-001', 'CurrConnections').at(-1)?.value === 1);
});

test('NewConnections counts every connection once, also those that are gone by the next sample', async () => {
  await nextSamples(1, 'NewConnections');
  const before = sum(series('group-001', 'NewConnections'));
  for (let index = 0; index < 7; index += 1) await ask(real.cache.primary(), 'PING');
  await nextSamples(2, 'NewConnections');
  expect(sum(series('group-001', 'NewConnections')) - before).toBe(7);
  expect(sum(series('group-002', 'NewConnections'))).toBe(0);
});

test('hits and misses are counted, and absent without reads', async () => {
  await nextSamples(2);
  expect(series('group-001', 'CacheHits')).toEqual([]);
  await ask(real.cache.primary(), 'SET key value');
  for (const key of ['key', 'key', 'missing']) await ask(real.cache.primary(), `GET ${key}`);
  await nextSamples(2);
  expect([sum(series('group-001', 'CacheHits')), sum(series('group-001', 'CacheMisses'))]).toEqual([2, 1]);
});

test('every datum exists under both sets of dimensions and belongs to the interval that ended', async () => {
  await nextSamples(2, 'EngineCPUUtilization');
  await sampler.stop();
  const sets = new Map<string, number>();
  for (const { dimensions } of data) {
    const names = Object.keys(dimensions).join('+');
    sets.set(names, (sets.get(names) ?? 0) + 1);
  }
  expect([...sets]).toEqual([
    ['CacheClusterId', data.length / 2],
    ['CacheClusterId+CacheNodeId', data.length / 2],
  ]);
  expect(data.filter(({ at }) => (at + 1) % INTERVAL_MS !== 0)).toEqual([]);
  for (const { value } of series('group-001', 'EngineCPUUtilization')) {
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(100);
  }
  expect(series('group-002', 'ReplicationLag').at(-1)).toMatchObject({ unit: 'Seconds', value: 0 });
  expect(series('group-001', 'ReplicationLag')).toEqual([]);
});

test('a killed node leaves a gap, never a zero, and no other node suffers', async () => {
  await nextSamples(2);
  await real.cache.kill('replica');
  const killedAt = Date.now();
  const before = series('group-001', 'CurrConnections').length;
  await until('the primary has more samples', () => series('group-001', 'CurrConnections').length >= before + 4);
  expect(data.filter(({ at, dimensions }) => at > killedAt && dimensions['CacheClusterId'] === 'group-002')).toEqual([]);
  expect(data.filter(({ metricName, value }) => metricName === 'CurrConnections' && value < 1)).toEqual([]);
});

test('a node that hangs leaves a gap too, and delays neither the other node nor the stop', async () => {
  await nextSamples(1);
  const pid = Number(/process_id:(\d+)/.exec(await ask(real.cache.reader(), 'INFO server'))?.[1]);
  process.kill(pid, 'SIGSTOP');
  const stoppedAt = Date.now();
  const before = series('group-001', 'CurrConnections').length;
  await until('the primary has more samples', () => series('group-001', 'CurrConnections').length >= before + 6);
  const intervals = (Date.now() - stoppedAt) / INTERVAL_MS;
  // A sampler that waited for the hanging node would come to one sample in three intervals.
  expect(6 / intervals).toBeGreaterThan(0.5);
  expect(series('group-002', 'CurrConnections').filter(({ at }) => at > stoppedAt + INTERVAL_MS)).toEqual([]);
  const stopping = Date.now();
  await sampler.stop();
  expect(Date.now() - stopping).toBeLessThan(1_500);
  process.kill(pid, 'SIGCONT');
});

test('a failover moves the lag to the other id, and the replaced node counts from its start', async () => {
  await nextSamples(2);
  await real.cache.failover();
  const failedOverAt = Date.now();
  await nextSamples(3);
  const after = (id: string, name: string) => series(id, name).filter(({ at }) => at > failedOverAt);
  expect(after('group-001', 'ReplicationLag').length).toBeGreaterThan(0);
  expect(after('group-002', 'ReplicationLag')).toEqual([]);
  expect(after('group-001', 'CurrConnections').at(-1)?.value).toBe(1);
  expect(data.filter(({ value }) => value < 0)).toEqual([]);
});
