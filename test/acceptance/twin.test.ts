import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { TwinState } from '../../src/cli/twin-state';
import { type Bench, openBench, type RunningCommand, TEST_POLICY, TEST_SIZE } from './command-line';

describe('the twin alone', () => {
  let bench: Bench;
  let up: RunningCommand;
  let state: TwinState;
  beforeAll(async () => {
    bench = openBench();
    up = bench.start('twin', 'up', '--policy', TEST_POLICY);
    await up.until(/For an AWS SDK or CLI/);
    state = JSON.parse((await bench.run('twin', 'status', '--json')).stdout);
  }, 30_000);
  afterAll(async () => {
    up.signal('SIGTERM');
    await up.ended;
    bench.remove();
  });

  test("an AWS SDK client of somebody else's reads the connections that the server itself counts", async () => {
    const { apiUrl, cache, identity } = state.tiers.staging;
    expect((await fetch(`${apiUrl}/ready`)).status).toBe(200);
    const primary = identity.nodes.find(({ role }) => role === 'primary');
    const clients = (await askRedis(cache.primary, 'CLIENT LIST')).split('\n').filter((line) => line.startsWith('id='));
    // The one that asks is among them; a replica is not, as on ElastiCache.
    const counted = clients.filter((line) => !/ flags=\S*S/.test(line)).length - 1;
    expect(counted).toBeGreaterThanOrEqual(2);
    await pause(2500);
    expect(await currConnections(state, String(primary?.cacheClusterId))).toBe(counted);
  }, 20_000);

  test('a second one is refused while it runs', async () => {
    const { code, stderr } = await bench.run('twin', 'up', '--policy', TEST_POLICY);
    expect({ code, stderr }).toMatchObject({ code: 64 });
    expect(stderr).toContain('running already');
  }, 20_000);

  test('gate judges it as it stands, and collects again from what it still has', async () => {
    const first = await bench.run('gate', ...TEST_SIZE, '--stage', 'smoke', '--out', bench.out, '--json');
    expect({ code: first.code, stderr: first.stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(first.stdout).release.digest).toBe(state.tiers.staging.servingDigest);
    const evidence = join(bench.out, 'evidence.json');
    const again = await bench.run(
      'gate',
      ...TEST_SIZE,
      '--collect-only',
      '--evidence',
      evidence,
      '--out',
      join(bench.directory, 'again'),
      '--json',
    );
    expect({ code: again.code, stderr: again.stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(again.stdout).stages).toEqual(JSON.parse(first.stdout).stages);
  }, 60_000);

  test('down ends it, with every process and file of it', async () => {
    expect((await bench.run('twin', 'down')).stdout).toContain('The twin is down.');
    expect((await up.ended).code).toBe(0);
    expect(bench.leftovers()).toEqual([]);
    expect((await bench.run('twin', 'status')).code).toBe(1);
    expect((await bench.run('twin', 'down')).stdout).toContain('No twin is running.');
  }, 30_000);
});

/** One command over a raw socket: no client library that could hide something. */
function askRedis(url: string, command: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((done, fail) => {
    const socket = connect(Number(port), hostname, () => socket.write(`${command}\r\n`));
    let text = '';
    socket.on('error', fail);
    socket.on('data', (chunk) => {
      text += chunk.toString();
      const length = /^\$(\d+)\r\n/.exec(text);
      if (length && text.length >= length[0].length + Number(length[1]) + 2) {
        socket.end();
        done(text.slice(length[0].length));
      }
    });
  });
}

async function currConnections(state: TwinState, cacheClusterId: string): Promise<number | undefined> {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = '',
    AWS_SECRET_ACCESS_KEY: secretAccessKey = '',
    AWS_REGION: region = '',
  } = state.sdkEnvironment;
  const client = new CloudWatchClient({ endpoint: state.cloudWatchUrl, region, credentials: { accessKeyId, secretAccessKey } });
  const Dimensions = [
    { Name: 'CacheClusterId', Value: cacheClusterId },
    { Name: 'CacheNodeId', Value: '0001' },
  ];
  const answer = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(Date.now() - 30_000),
      EndTime: new Date(),
      MetricDataQueries: [
        {
          Id: 'connections',
          MetricStat: { Metric: { Namespace: 'AWS/ElastiCache', MetricName: 'CurrConnections', Dimensions }, Period: 1, Stat: 'Maximum' },
        },
      ],
    }),
  );
  return answer.MetricDataResults?.[0]?.Values?.[0];
}
