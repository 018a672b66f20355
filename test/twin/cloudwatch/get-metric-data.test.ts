import { GetMetricDataCommand, type GetMetricDataCommandOutput, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import { CONNECTIONS_QUERY, pointsOf, startTwinCloudWatch, T0, type TwinCloudWatch, windowOf } from './twin-cloudwatch';

let twin: TwinCloudWatch;

beforeEach(async () => {
  twin = await startTwinCloudWatch();
});
afterEach(() => twin.stop());

const stat = (changes: Partial<(typeof CONNECTIONS_QUERY)['MetricStat']> & { readonly Unit?: 'Count' | 'Percent' }, id = 'm1') => ({
  Id: id,
  MetricStat: { ...CONNECTIONS_QUERY.MetricStat, ...changes },
});

describe('points', () => {
  test('come newest first unless the query asks otherwise', async () => {
    twin.connections([0, 1], [5_000, 2], [10_000, 3]);
    expect(pointsOf(await twin.query())).toEqual([
      [10_000, 3],
      [5_000, 2],
      [0, 1],
    ]);
    expect(pointsOf(await twin.query({ ScanBy: 'TimestampAscending' }))).toEqual([
      [0, 1],
      [5_000, 2],
      [10_000, 3],
    ]);
  });

  test('lie on the clock, not on the query: samples of one period share its start', async () => {
    twin.connections([4_999, 7], [5_000, 8], [9_999, 9]);
    const result = await twin.query({ ScanBy: 'TimestampAscending', ...windowOf(3_000, 60_000) });
    expect(pointsOf(result)).toEqual([
      [0, 7],
      [5_000, 9],
    ]);
  });

  test('begin with the start of the window and end before its end', async () => {
    twin.connections([0, 1], [5_000, 2], [10_000, 3], [15_000, 4]);
    expect(pointsOf(await twin.query({ ...windowOf(5_000, 15_000), ScanBy: 'TimestampAscending' }))).toEqual([
      [5_000, 2],
      [10_000, 3],
    ]);
  });

  test('of periods without data do not exist', async () => {
    twin.connections([0, 1], [20_000, 2]);
    const result = await twin.query({ ScanBy: 'TimestampAscending' });
    expect(pointsOf(result)).toEqual([
      [0, 1],
      [20_000, 2],
    ]);
    expect(result.StatusCode).toBe('Complete');
  });

  test('of a longer period are made of whole shorter ones', async () => {
    twin.connections([0, 1], [5_000, 5], [10_000, 2]);
    const result = await twin.query({ MetricDataQueries: [stat({ Period: 10, Stat: 'Sum' })], ScanBy: 'TimestampAscending' });
    expect(pointsOf(result)).toEqual([
      [0, 6],
      [10_000, 2],
    ]);
  });

  test('are found whatever the order of the dimensions, and only with all of them', async () => {
    twin.connections([0, 1]);
    const { Metric } = CONNECTIONS_QUERY.MetricStat;
    const reversed = { ...Metric, Dimensions: Metric.Dimensions.toReversed() };
    expect(pointsOf(await twin.query({ MetricDataQueries: [stat({ Metric: reversed })] }))).toEqual([[0, 1]]);
    const fewer = { ...Metric, Dimensions: Metric.Dimensions.slice(0, 1) };
    const result = await twin.query({ MetricDataQueries: [stat({ Metric: fewer })] });
    expect(result).toMatchObject({ StatusCode: 'Complete', Timestamps: [], Values: [] });
  });

  test('in another unit than the query names do not exist, which is no error', async () => {
    twin.connections([0, 1]);
    expect(pointsOf(await twin.query({ MetricDataQueries: [stat({ Unit: 'Count' })] }))).toEqual([[0, 1]]);
    const result = await twin.query({ MetricDataQueries: [stat({ Unit: 'Percent' })] });
    expect(result).toMatchObject({ StatusCode: 'Complete', Values: [] });
  });
});

describe('statistics', () => {
  test.each([
    ['Sum', 60],
    ['Average', 15],
    ['Minimum', 0],
    ['Maximum', 30],
    ['SampleCount', 4],
  ])('%s', async (name, expected) => {
    twin.connections([0, 0], [1, 10], [2, 20], [3, 30]);
    expect((await twin.query({ MetricDataQueries: [stat({ Stat: name })] })).Values).toEqual([expected]);
  });

  test('percentiles within 0.3 %', async () => {
    twin.connections(...Array.from({ length: 100 }, (_, index) => [index, index + 1] as const));
    const [p50, p95, p999, p100] = await Promise.all(
      ['p50', 'p95', 'p99.9', 'p100'].map(
        async (name) => (await twin.query({ MetricDataQueries: [stat({ Stat: name })] })).Values?.[0] ?? 0,
      ),
    );
    expect(p50).toBeCloseTo(50, 0);
    expect(p95).toBeGreaterThan(95 * 0.997);
    expect(p95).toBeLessThan(95 * 1.003);
    expect([p999, p100]).toEqual([100, 100]);
  });
});

describe('pages', () => {
  const both = [stat({ Stat: 'Maximum' }, 'a'), stat({ Stat: 'SampleCount' }, 'b')];

  test('hold at most MaxDatapoints over all results, and together everything once', async () => {
    twin.connections([0, 1], [5_000, 2], [10_000, 3]);
    const input = { ...windowOf(0, 60_000), MetricDataQueries: both, MaxDatapoints: 2, ScanBy: 'TimestampAscending' as const };
    const pages: GetMetricDataCommandOutput[] = [];
    for await (const page of paginateGetMetricData({ client: twin.client }, input)) pages.push(page);
    expect(pages.map(({ MetricDataResults }) => MetricDataResults?.map(({ Id, Values, StatusCode }) => [Id, Values, StatusCode]))).toEqual([
      [
        ['a', [1, 2], 'PartialData'],
        ['b', [], 'PartialData'],
      ],
      [
        ['a', [3], 'Complete'],
        ['b', [1], 'PartialData'],
      ],
      [
        ['a', [], 'Complete'],
        ['b', [1, 1], 'Complete'],
      ],
    ]);
  });

  test('are not shifted by a period that arrives between them', async () => {
    twin.setClock(10_000);
    twin.connections([0, 1], [5_000, 2], [10_000, 3]);
    const input = { ...windowOf(0, 60_000), MetricDataQueries: [CONNECTIONS_QUERY], MaxDatapoints: 1 };
    const first = await twin.client.send(new GetMetricDataCommand(input));
    twin.setClock(15_000);
    const second = await twin.client.send(new GetMetricDataCommand({ ...input, NextToken: first.NextToken }));
    expect([first, second].map((page) => page.MetricDataResults?.[0]?.Values)).toEqual([[2], [1]]);
    expect(second.NextToken).toBeUndefined();
  });

  test('cannot be continued with another request, nor with an invented token', async () => {
    twin.connections([0, 1], [5_000, 2]);
    const input = { ...windowOf(0, 60_000), MetricDataQueries: [CONNECTIONS_QUERY], MaxDatapoints: 1 };
    const { NextToken } = await twin.client.send(new GetMetricDataCommand(input));
    const other = new GetMetricDataCommand({ ...input, EndTime: new Date(T0 + 30_000), NextToken });
    await expect(twin.client.send(other)).rejects.toMatchObject({ name: 'InvalidNextToken' });
    const invented = new GetMetricDataCommand({ ...input, NextToken: 'bm9uc2Vuc2U' });
    await expect(twin.client.send(invented)).rejects.toMatchObject({ name: 'InvalidNextToken' });
  });
});

describe('refuses with ValidationException', () => {
  test.each([
    ['metric math', { MetricDataQueries: [{ Id: 'm1', Expression: 'm2/m3' }] }, /no metric math/],
    ['a period that is no multiple of the store', { MetricDataQueries: [stat({ Period: 7 })] }, /multiple of 5/],
    ['a statistic that does not exist', { MetricDataQueries: [stat({ Stat: 'Median' })] }, /Median/],
    ['two queries of one id', { MetricDataQueries: [stat({}), stat({})] }, /unique/],
    ['an id that begins with a capital', { MetricDataQueries: [stat({}, 'M1')] }, /Id/],
    ['an empty window', windowOf(5_000, 5_000), /less than/],
    ['a query of nothing', { MetricDataQueries: [{ Id: 'm1' }] }, /neither/],
  ])('%s', async (_name, input, message) => {
    await expect(twin.query(input)).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringMatching(message) });
  });
});

test('a query that returns no data of its own has no result', async () => {
  twin.connections([0, 1]);
  const output = await twin.client.send(
    new GetMetricDataCommand({ ...windowOf(0, 60_000), MetricDataQueries: [CONNECTIONS_QUERY, { ...stat({}), ReturnData: false }] }),
  );
  expect(output.MetricDataResults?.map(({ Id }) => Id)).toEqual(['connections']);
});
