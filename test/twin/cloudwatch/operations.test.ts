import { gzipSync } from 'node:zlib';
import {
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type ListMetricsCommandInput,
  PutMetricDataCommand,
  paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import { CONNECTIONS_QUERY, PERIOD_MS, startTwinCloudWatch, T0, type TwinCloudWatch, windowOf } from './twin-cloudwatch';

let twin: TwinCloudWatch;

beforeEach(async () => {
  twin = await startTwinCloudWatch();
});
afterEach(() => twin.stop());

describe('GetMetricStatistics', () => {
  const named = CONNECTIONS_QUERY.MetricStat.Metric;
  const window = { ...windowOf(0, 60_000), Period: PERIOD_MS / 1000 };

  test('gives each statistic that is asked for, and percentiles apart', async () => {
    twin.connections([0, 1], [1, 3]);
    const input = { ...named, ...window, Statistics: ['Maximum' as const, 'Sum' as const], ExtendedStatistics: ['p100'] };
    const output = await twin.client.send(new GetMetricStatisticsCommand(input));
    expect(output.Label).toBe('CurrConnections');
    expect(output.Datapoints).toEqual([{ Timestamp: new Date(T0), Maximum: 3, Sum: 4, Unit: 'Count', ExtendedStatistics: { p100: 3 } }]);
  });

  test('refuses a call without a statistic and one of more than 1,440 points', async () => {
    const none = new GetMetricStatisticsCommand({ ...named, ...window });
    await expect(twin.client.send(none)).rejects.toMatchObject({ name: 'MissingRequiredParameterException' });
    const long = new GetMetricStatisticsCommand({ ...named, ...window, ...windowOf(0, 1441 * PERIOD_MS), Statistics: ['Sum'] });
    await expect(twin.client.send(long)).rejects.toMatchObject({ name: 'InvalidParameterCombinationException' });
  });
});

describe('ListMetrics', () => {
  const record = (namespace: string, metricName: string, dimensions: Record<string, string>) =>
    twin.store.record({ namespace, metricName, dimensions, unit: 'Count', value: 1, at: T0 });

  test('filters by namespace, name and dimensions with or without a value', async () => {
    record('AWS/ElastiCache', 'CurrConnections', { CacheClusterId: 'group-001' });
    record('AWS/ElastiCache', 'CurrConnections', { CacheClusterId: 'group-002', CacheNodeId: '0001' });
    record('AWS/Lambda', 'Errors', { FunctionName: 'f' });
    const list = async (input: ListMetricsCommandInput) =>
      (await twin.client.send(new ListMetricsCommand(input))).Metrics?.map(({ Dimensions }) => Dimensions?.[0]?.Value);
    expect(await list({})).toEqual(['group-001', 'group-002', 'f']);
    expect(await list({ Namespace: 'AWS/Lambda', MetricName: 'Errors' })).toEqual(['f']);
    expect(await list({ Dimensions: [{ Name: 'CacheClusterId' }] })).toEqual(['group-001', 'group-002']);
    expect(await list({ Dimensions: [{ Name: 'CacheClusterId', Value: 'group-002' }] })).toEqual(['group-002']);
    expect(await list({ Namespace: 'AWS/ElastiCache', MetricName: 'Errors' })).toEqual([]);
  });

  test('lists 500 metrics on a page', async () => {
    for (let index = 0; index < 501; index += 1) record('Many', `M${index}`, {});
    const sizes: unknown[] = [];
    for await (const page of paginateListMetrics({ client: twin.client }, {})) sizes.push(page.Metrics?.length);
    expect(sizes).toEqual([500, 1]);
  });
});

describe('PutMetricData', () => {
  const put = (Namespace: string, datum: object) =>
    twin.client.send(new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: 'M', Timestamp: new Date(T0), ...datum }] }));
  const read = async (Stat: string) => {
    const MetricStat = { Metric: { Namespace: 'Own', MetricName: 'M' }, Period: PERIOD_MS / 1000, Stat };
    return (await twin.query({ MetricDataQueries: [{ Id: 'm', MetricStat }] })).Values;
  };

  test('takes values with counts', async () => {
    await put('Own', { Values: [1, 5], Counts: [3, 1] });
    expect([await read('Sum'), await read('SampleCount'), await read('Maximum')]).toEqual([[8], [4], [5]]);
  });

  test('refuses the namespaces of AWS and stores nothing', async () => {
    await expect(put('AWS/ElastiCache', { Value: 1 })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The value AWS/ for parameter Namespace is invalid.',
    });
    expect(twin.store.allSeries()).toEqual([]);
  });

  test('takes all data of a call or none', async () => {
    const MetricData = [
      { MetricName: 'M', Value: 1 },
      { MetricName: 'N', Value: 1, Values: [1] },
    ];
    const command = new PutMetricDataCommand({ Namespace: 'Own', MetricData });
    await expect(twin.client.send(command)).rejects.toMatchObject({ name: 'InvalidParameterCombinationException' });
    expect(twin.store.allSeries()).toEqual([]);
  });

  test('reads the large bodies that the SDK compresses', async () => {
    const MetricData = Array.from({ length: 300 }, (_, index) => ({ MetricName: `M${index}`, Value: index, Timestamp: new Date(T0) }));
    let encoding: unknown;
    twin.client.middlewareStack.add(
      (next) => (args) => {
        encoding = headersOf(args.request)['content-encoding'] ?? headersOf(args.request)['Content-Encoding'];
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await twin.client.send(new PutMetricDataCommand({ Namespace: 'Own', MetricData }));
    expect(encoding).toBe('gzip');
    expect(twin.store.allSeries()).toHaveLength(300);
  });
});

describe('what is no call', () => {
  const post = (headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>) =>
    fetch(twin.endpoint.url, { method: 'POST', headers: { 'content-type': 'application/x-amz-json-1.0', ...headers }, body });
  const target = (operation: string) => ({ 'x-amz-target': `GraniteServiceVersion20100801.${operation}` });

  test('an operation that the twin does not offer', async () => {
    const command = new DescribeAlarmsCommand({});
    await expect(twin.client.send(command)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });

  test('another service or protocol', async () => {
    const response = await post({ 'x-amz-target': 'DynamoDB_20120810.ListTables' }, '{}');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: expect.stringContaining('UnknownOperationException') });
  });

  test('a body that is not JSON, not gzip, or inflates beyond the limit', async () => {
    expect(await (await post(target('ListMetrics'), '{')).json()).toMatchObject({
      __type: expect.stringContaining('SerializationException'),
    });
    expect((await post({ ...target('ListMetrics'), 'content-encoding': 'gzip' }, '{}')).status).toBe(400);
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(2 * 1024 * 1024, 32)));
    expect((await post({ ...target('ListMetrics'), 'content-encoding': 'gzip' }, bomb)).status).toBe(413);
  });

  test('a call without a required parameter names it', async () => {
    const response = await post(target('GetMetricData'), '{"MetricDataQueries":[]}');
    expect(response.headers.get('x-amzn-query-error')).toBe('ValidationError;Sender');
    expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.0');
    expect(await response.json()).toMatchObject({ __type: 'com.amazonaws.cloudwatch#ValidationException' });
    const statistics = await post(target('GetMetricStatistics'), JSON.stringify({ Namespace: 'N', MetricName: 'M' }));
    expect(statistics.headers.get('x-amzn-query-error')).toBe('MissingParameter;Sender');
    expect(await statistics.json()).toMatchObject({ message: expect.stringContaining('StartTime') });
  });
});

function headersOf(request: unknown): Record<string, string> {
  return typeof request === 'object' && request !== null && 'headers' in request ? (request.headers as Record<string, string>) : {};
}
