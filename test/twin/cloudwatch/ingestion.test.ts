import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { DEFAULT_DELAYS } from '../../../src/twin/cloudwatch/ingestion-delay';
import { PERIOD_MS, pointsOf, startTwinCloudWatch, type TwinCloudWatch } from './twin-cloudwatch';

let twin: TwinCloudWatch;
afterEach(() => twin.stop());

test('a period is absent until its end and the delay have passed', async () => {
  twin = await startTwinCloudWatch({ delays: { 'AWS/ElastiCache': { visible: 0.2, complete: 0.2 } } });
  twin.connections([0, 1], [5_000, 2]);
  const seenAt = async (clock: number) => {
    twin.setClock(clock);
    return (await twin.query({ ScanBy: 'TimestampAscending' })).Values;
  };
  expect(await seenAt(4_999)).toEqual([]);
  expect(await seenAt(5_999)).toEqual([]);
  expect(await seenAt(6_000)).toEqual([1]);
  expect(await seenAt(10_999)).toEqual([1]);
  expect(await seenAt(11_000)).toEqual([1, 2]);
});

test('a late revision shows a part of the samples first', async () => {
  twin = await startTwinCloudWatch({ delays: { 'AWS/ElastiCache': { visible: 0.2, complete: 1 } } });
  twin.connections([0, 10], [2_900, 20], [4_900, 90]);
  twin.setClock(6_000);
  expect((await twin.query()).Values).toEqual([20]);
  twin.setClock(9_999);
  expect((await twin.query()).Values).toEqual([20]);
  twin.setClock(10_000);
  expect((await twin.query()).Values).toEqual([90]);
});

test('a period whose first samples are all late is absent until it is revised', async () => {
  twin = await startTwinCloudWatch({ delays: { 'AWS/ElastiCache': { visible: 0.2, complete: 1 } } });
  twin.connections([4_900, 90]);
  twin.setClock(6_000);
  expect(pointsOf(await twin.query())).toEqual([]);
});

test('delays are those of the namespace; a namespace without its own has the default', async () => {
  twin = await startTwinCloudWatch({ delays: {} });
  const names = ['AWS/ElastiCache', 'CheckIn'];
  for (const namespace of names) {
    twin.store.record({ namespace, metricName: 'M', dimensions: {}, unit: 'Count', value: 1, at: Date.UTC(2026, 0, 5, 12, 0, 1) });
  }
  const listedAt = async (clock: number) => {
    twin.setClock(clock);
    const { Metrics } = await twin.client.send(new ListMetricsCommand({}));
    return Metrics?.map(({ Namespace }) => Namespace);
  };
  const cacheDelay = DEFAULT_DELAYS['AWS/ElastiCache']?.visible ?? 0;
  expect(cacheDelay).toBeGreaterThan(DEFAULT_DELAYS['default']?.visible ?? 1);
  expect(await listedAt(PERIOD_MS)).toEqual([]);
  expect(await listedAt(PERIOD_MS * (1 + cacheDelay) - 1)).toEqual(['CheckIn']);
  expect(await listedAt(PERIOD_MS * (1 + cacheDelay))).toEqual(names);
});
