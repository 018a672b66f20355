import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { loadToolchain } from '../../../src/pipeline/toolchain';
import { startTwin, type Twin, type TwinOptions } from '../../../src/twin/twin';
import { isRunning, NODE, pause, temporaryDirectory, until, writePackage } from '../lambda/support';

/** A release that keeps one connection to the primary and talks to it in plain RESP. */
const RELEASE = `
const net = require('node:net');
const { hostname, port } = new URL(process.env.CACHE_PRIMARY_URL);
let socket = null;
const connected = () => new Promise((resolve, reject) => {
  if (socket && !socket.destroyed) return resolve(socket);
  socket = net.connect({ host: hostname, port }, () => resolve(socket));
  socket.on('error', reject);
});
exports.handler = async (event, context) => {
  const open = await connected();
  const reply = await new Promise((resolve) => { open.once('data', resolve); open.write('INCR hits\\r\\n'); });
  console.log(JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics: [
    { Namespace: 'Service', Dimensions: [['FunctionVersion']], Metrics: [{ Name: 'Hits', Unit: 'Count' }] }] },
    FunctionVersion: context.functionVersion, Hits: 1 }));
  process.stdout.write(JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics: [
    { Namespace: 'Service', Dimensions: [['FunctionVersion']], Metrics: [{ Name: 'Hits', Unit: 'Count' }] }] },
    FunctionVersion: context.functionVersion, Hits: 1 }) + '\\n');
  return { version: context.functionVersion, reply: String(reply).trim(), pid: process.pid };
};`;

interface Answer {
  readonly version: string;
  readonly reply: string;
  readonly pid: number;
}

const { directory, remove } = temporaryDirectory();
afterAll(remove);

let twin: Twin;
let count = 0;

async function start(options: Partial<TwinOptions> = {}): Promise<string> {
  count += 1;
  const own = path.join(directory, String(count));
  const valkeyServer = loadToolchain().valkeyServer.path;
  twin = await startTwin({ directory: own, valkeyServer, node: NODE, periodMs: 1_000, ...options });
  return own;
}

async function deploy(tier: 'staging' | 'production' = 'staging', source = RELEASE): Promise<string> {
  const pkg = writePackage(directory, { 'index.js': source }, { CACHE_PRIMARY_URL: '{cache.primary}' });
  const version = await twin.tiers[tier].publish(pkg);
  twin.tiers[tier].pointAlias(version);
  expect(twin.tiers[tier].digestOf(version)).toBe(pkg.digest);
  return version;
}

const logOf = (name: string) => readFileSync(path.join(twin.tiers.staging.logDirectory, name), 'utf8');

const get = async (tier: 'staging' | 'production' = 'staging') => (await (await fetch(twin.tiers[tier].apiUrl)).json()) as Answer;

afterEach(() => twin.stop());

describe('The twin', () => {
  it('serves a release from a real cache and shows its metrics to the AWS SDK', async () => {
    const own = await start();
    await deploy();
    for (let i = 1; i <= 5; i += 1) expect((await get()).reply).toBe(`:${i}`);
    // Production has a cache of its own.
    await deploy('production');
    expect((await get('production')).reply).toBe(':1');

    const identity = twin.tiers.staging.identity();
    expect(identity).toMatchObject({ alias: 'live', apiStage: '$default', monitoringConnectionsPerNode: 1, reservedConcurrency: null });
    const { functionName: FunctionName, apiId: ApiId } = identity;
    const node = identity.nodes.find(({ role }) => role === 'primary');
    await pause(2_500);
    const values = await read([
      ['AWS/ApiGateway', 'Count', 'Sum', { ApiId, Stage: '$default' }],
      ['AWS/ApiGateway', '5xx', 'Sum', { ApiId }],
      ['AWS/Lambda', 'Invocations', 'Sum', { FunctionName, Resource: `${FunctionName}:live`, ExecutedVersion: '1' }],
      ['AWS/Lambda', 'ConcurrentExecutions', 'Maximum', { FunctionName }],
      ['Service', 'Hits', 'Sum', { FunctionVersion: '1' }],
      ['AWS/ElastiCache', 'CurrConnections', 'Maximum', { CacheClusterId: node?.cacheClusterId ?? '' }],
      ['Tidegate', `MaxMemoryUsed-${FunctionName}`, 'Maximum', {}],
    ]);
    const total = (points: readonly number[] = []) => points.reduce((sum, value) => sum + value, 0);
    expect(values.slice(0, 3).map(total)).toEqual([5, 0, 5]);
    expect(Math.max(...(values[3] ?? []))).toBe(1);
    // Both tiers' runtimes publish here; of the two lines per request only the one that console did not touch is EMF.
    expect(total(values[4])).toBe(6);
    expect(values[5]?.at(-1)).toBe(identity.monitoringConnectionsPerNode + 1);
    // A bare Node runtime has some 40 MB.
    expect(values[6]?.at(-1)).toBeGreaterThan(20);
    expect(values[6]?.at(-1)).toBeLessThan(200);
    expect(readdirSync(path.join(own, 'logs', 'staging')).filter((file) => file.endsWith('.log'))).toHaveLength(1);
    expect(
      readFileSync(path.join(own, 'logs', 'staging', 'gateway-access.jsonl'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(5);
  });

  it('keeps old and new environments side by side during a shift, and drops the old ones after it', async () => {
    await start({ settings: { reaping: { idleTimeoutMs: 60_000, retireAfterMs: 300 } } });
    const first = await deploy();
    const old = await get();
    const pkg = writePackage(directory, { 'index.js': `${RELEASE} // next` }, { CACHE_PRIMARY_URL: '{cache.primary}' });
    const second = await twin.tiers.staging.publish(pkg);
    twin.tiers.staging.pointAlias(first, { secondary: second, weight: 0.5 });
    expect(twin.tiers.staging.servingVersion()).toBe(first);
    const served = new Set<string>();
    for (let i = 0; i < 40; i += 1) served.add((await get()).version);
    expect([...served].sort()).toEqual([first, second]);
    expect(isRunning(old.pid)).toBe(true);
    twin.tiers.staging.pointAlias(second);
    expect((await get()).version).toBe(second);
    await until(() => !isRunning(old.pid));
    await until(() => twin.tiers.staging.environments().every(({ version }) => version === second));
    expect(twin.tiers.staging.health()).toEqual({ ok: true });
  });

  it('holds the connections of a killed environment at the cache, and then lets them go', async () => {
    await start({ settings: { afterlife: { holdMs: 1_500, graceMs: 60 } } });
    await deploy();
    await get();
    // The sampler's connection comes with its first tick.
    while ((await clientsOfPrimary()) < 2) await pause(50);
    await twin.tiers.staging.killEnvironment();
    expect(twin.tiers.staging.health().ok).toBe(false);
    expect(await clientsOfPrimary()).toBe(2);
    await pause(1_800);
    expect(await clientsOfPrimary()).toBe(1);
  });

  it('fails over as a host fails: what is connected hangs, and the promoted replica is reached once its name has moved', async () => {
    await start({ settings: { functionTimeoutMs: 800 } });
    await deploy();
    expect((await get()).reply).toBe(':1');
    const [before] = twin.tiers.staging.identity().nodes;
    const over = twin.tiers.staging.failover();
    // A connection that was closed or reset would be answered at once.
    expect((await fetch(twin.tiers.staging.apiUrl)).status).toBe(500);
    await over;
    expect(readdirSync(twin.tiers.staging.logDirectory).map(logOf).join()).toContain('Task timed out after 0.80 seconds');
    expect(twin.tiers.staging.identity().nodes.find(({ role }) => role === 'primary')).not.toEqual(before);
    expect((await get()).reply).toMatch(/^:\d+$/);
    expect(twin.tiers.staging.health()).toEqual({ ok: true });
  });

  it('starts a lazy tier with the first package, and says before that it does not run', async () => {
    await start({ start: 'lazy' });
    const { production } = twin.tiers;
    expect(() => production.apiUrl).toThrow('production does not run');
    expect([production.servingVersion(), production.health(), production.environmentsStarted()]).toEqual([null, { ok: true }, 0]);
    production.setReservedConcurrency(7);
    await deploy('production');
    expect((await get('production')).version).toBe('1');
    expect(production.identity().reservedConcurrency).toBe(7);
    expect(() => twin.tiers.staging.apiUrl).toThrow('staging does not run');
  });

  it('leaves nothing behind but its logs, even when it is stopped twice and in the middle of requests', async () => {
    const own = await start();
    await deploy('staging', `exports.handler = async () => { await new Promise((resolve) => setTimeout(resolve, 2_000)) }`);
    const hanging = [1, 2, 3].map(() => fetch(twin.tiers.staging.apiUrl).catch(() => 'cut off'));
    await until(() => twin.tiers.staging.environments().some(({ state }) => state === 'busy'));
    const pids = twin.tiers.staging.environments().map(({ pid }) => pid);
    await Promise.all([twin.stop(), twin.stop()]);
    expect(await Promise.all(hanging)).toEqual(Array(3).fill('cut off'));
    expect(pids.filter(isRunning)).toEqual([]);
    expect(existsSync(path.join(own, 'work'))).toBe(false);
    expect(readdirSync(own)).toEqual(['logs']);
    await expect(fetch(twin.cloudWatchUrl)).rejects.toThrow();
    await expect(twin.tiers.staging.publish(writePackage(directory, { 'index.js': '' }))).rejects.toThrow('was stopped');
  });

  it('ends what it had started when a server does not come up', async () => {
    await expect(start({ valkeyServer: '/bin/false' })).rejects.toThrow(/did not become ready/);
    await start({ start: 'lazy' });
  });
});

type Query = readonly [namespace: string, metricName: string, statistic: string, dimensions: Readonly<Record<string, string>>];

async function read(queries: readonly Query[]): Promise<readonly (readonly number[])[]> {
  const environment = twin.sdkEnvironment();
  const client = new CloudWatchClient({
    endpoint: environment['AWS_ENDPOINT_URL_CLOUDWATCH'] ?? '',
    region: environment['AWS_REGION'] ?? '',
    credentials: { accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '', secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '' },
  });
  const answer = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - 30_000),
      EndTime: new Date(),
      ScanBy: 'TimestampAscending',
      MetricDataQueries: queries.map(([Namespace, MetricName, Stat, dimensions], index) => ({
        Id: `q${index}`,
        MetricStat: {
          Metric: { Namespace, MetricName, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) },
          Period: 1,
          Stat,
        },
      })),
    }),
  );
  client.destroy();
  return queries.map((_, index) => answer.MetricDataResults?.find(({ Id }) => Id === `q${index}`)?.Values ?? []);
}

/** Clients of staging's primary besides the one that asks: the sampler and the environments. */
async function clientsOfPrimary(): Promise<number> {
  const socket = connect(twin.tiers.staging.cache.primary());
  const reply = await new Promise<string>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    socket.write('CLIENT LIST TYPE normal\r\n');
  });
  socket.destroy();
  return reply.split('\n').filter((line) => line.startsWith('id=')).length - 1;
}
