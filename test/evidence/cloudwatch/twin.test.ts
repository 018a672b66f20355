import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { readSeries } from '../../../src/evidence/cloudwatch/read';
import { settle } from '../../../src/evidence/cloudwatch/settle';
import { type CloudWatchEndpoint, startCloudWatchEndpoint } from '../../../src/twin/cloudwatch/endpoint';
import { createMetricStore, type MetricStore } from '../../../src/twin/cloudwatch/store';
import { queriesOf } from './tier';
import { testClock } from './waits';

const PERIOD = 5000;
const START = 1_790_000_000_000;

let store: MetricStore;
let endpoint: CloudWatchEndpoint;
let client: CloudWatchClient;

beforeEach(async () => {
  store = createMetricStore({ periodMs: PERIOD, now: () => START + 20 * PERIOD });
  endpoint = await startCloudWatchEndpoint({ store });
  client = new CloudWatchClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  for (const node of ['check-in-001', 'check-in-002']) {
    for (const period of [0, 1, 2]) {
      const dimensions = { CacheClusterId: node, CacheNodeId: '0001' };
      store.record({
        namespace: 'AWS/ElastiCache',
        metricName: 'CurrConnections',
        dimensions,
        unit: 'Count',
        value: 10 + period,
        at: START + period * PERIOD + 100,
      });
    }
  }
});

afterEach(async () => {
  client.destroy();
  await endpoint.stop();
});

const read = (signal = new AbortController().signal) =>
  readSeries({
    client,
    queries: queriesOf('redis.connections'),
    periodSeconds: 5,
    window: { startMs: START, endMs: START + 3 * PERIOD },
    signal,
    clock: testClock(),
  });

const settleNow = () =>
  settle({
    read,
    heartbeats: [{ metric: 'redis.connections', periodMs: START + 2 * PERIOD }],
    pollMs: 1000,
    deadlineMs: 3000,
    signal: new AbortController().signal,
    clock: testClock(),
  });

it('is read through the unmodified SDK, node by node', async () => {
  const points = [0, 1, 2].map((period) => [START + period * PERIOD, 10 + period]);
  expect(await read()).toMatchObject({ kind: 'read', series: [{ points }, { points }] });
  expect(await settleNow()).toMatchObject({ settled: true });
});

it.each([
  ['forbidden', 'query-forbidden'],
  ['partial-data', 'partial-data'],
  ['internal-error', 'query-error'],
  ['no-data', 'metrics-late'],
  ['throttle', 'query-error'],
  ['service-fault', 'query-error'],
  ['connection-reset', 'query-error'],
] as const)('under the fault %s is never settled: %s', async (fault, reason) => {
  endpoint.setFault(fault);
  expect(await settleNow()).toMatchObject({ settled: false, reason });
});

it('that is throttled for a while is read all the same', async () => {
  endpoint.setFault('throttle', { times: 2 });
  expect(await settleNow()).toMatchObject({ settled: true });
});
