import type { Clock } from '../../../src/evidence/clock';
import { type ReadRequest, readSeries } from '../../../src/evidence/cloudwatch/read';
import { seriesSchema } from '../../../src/gates/evidence-schema';
import { type Reply, type Result, type ScriptedCloudWatch, scriptedCloudWatch } from './scripted-cloudwatch';
import { queriesOf } from './tier';

/** A whole minute; CloudWatch speaks in seconds. */
const T0 = 1_790_000_040;
const minutes = (...offsets: readonly number[]) => offsets.map((offset) => T0 + 60 * offset);
const result = (Id: string, offsets: readonly number[], Values: readonly number[], rest: Partial<Result> = {}): Result => ({
  Id,
  Timestamps: minutes(...offsets),
  Values,
  ...rest,
});

let service: ScriptedCloudWatch | undefined;
afterEach(async () => {
  await service?.stop();
  service = undefined;
});

const slept: number[] = [];
const clock: Clock = { now: () => 0, sleep: async (milliseconds) => void slept.push(milliseconds) };
beforeEach(() => {
  slept.length = 0;
});

async function read(replies: readonly Reply[], rest: Partial<ReadRequest> = {}) {
  service = await scriptedCloudWatch(...replies);
  return readSeries({
    client: service.client,
    queries: queriesOf('api.requests', 'redis.connections'),
    periodSeconds: 60,
    window: { startMs: T0 * 1000, endMs: (T0 + 300) * 1000 },
    signal: new AbortController().signal,
    clock,
    ...rest,
  });
}

const three = [result('q0', [0], [9]), result('q1', [0], [1]), result('q2', [0], [2])];

async function seriesOf(replies: readonly Reply[], rest: Partial<ReadRequest> = {}) {
  const outcome = await read(replies, rest);
  if (outcome.kind !== 'read') throw new Error(`not read: ${JSON.stringify(outcome)}`);
  return outcome.series;
}

describe('what is asked', () => {
  it('is each dimension set with its statistic and no unit, oldest first, on period boundaries', async () => {
    await read([{ results: three }], { window: { startMs: T0 * 1000 + 1, endMs: (T0 + 299) * 1000 } });
    expect(service?.asked).toEqual([expect.objectContaining({ StartTime: T0, EndTime: T0 + 300, ScanBy: 'TimestampAscending' })]);
    const { Unit, ...stat } = service?.asked[0]?.MetricDataQueries[2]?.MetricStat ?? {};
    expect(Unit).toBeUndefined();
    expect(stat).toEqual({
      Metric: {
        Namespace: 'AWS/ElastiCache',
        MetricName: 'CurrConnections',
        Dimensions: [
          { Name: 'CacheClusterId', Value: 'check-in-002' },
          { Name: 'CacheNodeId', Value: '0001' },
        ],
      },
      Period: 60,
      Stat: 'Maximum',
    });
  });

  it('is at most 500 queries per call', async () => {
    const [query] = queriesOf('api.requests');
    const many = Array.from({ length: 501 }, () => query as NonNullable<typeof query>);
    const series = await seriesOf([{ results: [] }], { queries: many });
    expect(service?.asked.map(({ MetricDataQueries }) => MetricDataQueries.length)).toEqual([500, 1]);
    expect(series).toHaveLength(501);
  });

  it('is nothing of k6', async () => {
    expect(await seriesOf([{ results: [] }], { queries: queriesOf('client.requests') })).toEqual([]);
    expect(service?.asked).toHaveLength(0);
  });
});

describe('what is answered', () => {
  it('becomes series in the shape of evidence, sorted whatever the order of the answer', async () => {
    const series = await seriesOf([{ results: [result('q2', [2, 0, 1], [3, 1, 2]), ...three.slice(0, 2)] }]);
    expect(series.map((each) => seriesSchema.parse(each))).toEqual(series);
    expect(series[2]).toMatchObject({
      metric: 'redis.connections',
      dimensions: { CacheClusterId: 'check-in-002' },
      points: [
        [T0 * 1000, 1],
        [(T0 + 60) * 1000, 2],
        [(T0 + 120) * 1000, 3],
      ],
    });
  });

  it('holds nothing from outside the window that was asked for', async () => {
    const [first] = await seriesOf([{ results: [result('q0', [-1, 0, 4, 5], [1, 2, 3, 4]), ...three.slice(1)] }]);
    expect(first?.points.map(([, value]) => value)).toEqual([2, 3]);
  });

  it('keeps the gaps: a period that is absent stays absent', async () => {
    const [first] = await seriesOf([{ results: [result('q0', [0, 3], [5, 6]), ...three.slice(1)] }]);
    expect(first?.points).toEqual([
      [T0 * 1000, 5],
      [(T0 + 180) * 1000, 6],
    ]);
  });

  it('is put together from all pages, and a page that was partial is not partial any more', async () => {
    const [first] = await seriesOf([
      { results: [result('q0', [0, 1], [1, 2], { StatusCode: 'PartialData' })], next: 'a' },
      { results: [result('q0', [2], [3], { StatusCode: 'PartialData' })], next: 'b' },
      { results: [result('q0', [3], [4]), ...three.slice(1)] },
    ]);
    expect(service?.asked.map(({ NextToken }) => NextToken)).toEqual([undefined, 'a', 'b']);
    expect(first).toMatchObject({ statusCode: 'Complete', points: [0, 1, 2, 3].map((minute) => [(T0 + 60 * minute) * 1000, minute + 1]) });
  });

  it('is partial when the last page says so', async () => {
    const [first, second] = await seriesOf([{ results: [result('q0', [0], [1], { StatusCode: 'PartialData' }), ...three.slice(1)] }]);
    expect([first?.statusCode, second?.statusCode]).toEqual(['PartialData', 'Complete']);
  });

  it.each(['Forbidden', 'InternalError'])(
    'keeps %s of one result, with its messages, also when a later page is complete',
    async (StatusCode) => {
      const refused = { StatusCode, Messages: [{ Code: 'Denied', Value: 'no right' }] };
      const [first, second] = await seriesOf([
        { results: [result('q0', [], [], refused), ...three.slice(1)], next: 'a' },
        { results: [result('q0', [0], [1])] },
      ]);
      expect(first).toMatchObject({ statusCode: StatusCode, messages: ['Denied: no right'] });
      expect(second).toMatchObject({ statusCode: 'Complete', messages: [] });
    },
  );

  it('is never an empty success for a query that no page answers', async () => {
    const messages = [{ Code: 'MaxMetricsExceeded', Value: 'Maximum number of allowed metrics exceeded' }];
    const [, , third] = await seriesOf([{ results: three.slice(0, 2), messages }]);
    expect(third).toMatchObject({ statusCode: 'InternalError', points: [] });
    expect(third?.messages.join()).toContain('Maximum number');
  });

  it('is not believed when times and values do not belong together', async () => {
    const [first] = await seriesOf([{ results: [{ Id: 'q0', Timestamps: minutes(0, 1), Values: [1] }, ...three.slice(1)] }]);
    expect(first).toMatchObject({ statusCode: 'InternalError', points: [] });
  });

  it('is not believed when its status is none that we know', async () => {
    const [first] = await seriesOf([{ results: [result('q0', [0], [1], { StatusCode: 'Odd' }), ...three.slice(1)] }]);
    expect(first?.statusCode).toBe('InternalError');
  });

  it('is an error when its pages never end', async () => {
    const outcome = await read([{ results: three, next: 'same' }]);
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'query-error', detail: expect.stringContaining('do not end') });
  });
});

const throttled: Reply = { error: 'ThrottlingException', status: 400, queryError: 'Throttling;Sender' };

describe('when CloudWatch does not answer', () => {
  it('waits out throttling, longer each time', async () => {
    expect(await seriesOf([throttled, { error: 'ThrottlingException', status: 400 }, { results: three }])).toHaveLength(3);
    expect(slept).toEqual([250, 500]);
  });

  it.each<[string, Reply]>([
    ['throttling', throttled],
    ['a fault of the service', { error: 'InternalServiceFault', status: 500 }],
    ['a cut connection', { raw: 'cut' }],
    ['an answer that is no JSON', { raw: 'no-json' }],
  ])('gives up on lasting %s after four attempts', async (_name, reply) => {
    const outcome = await read([reply]);
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'query-error' });
    expect(service?.asked).toHaveLength(4);
  });

  it.each<[string, Reply, string]>([
    ['refused', { error: 'AccessDeniedException', status: 403, queryError: 'AccessDenied;Sender' }, 'query-forbidden'],
    ['with expired credentials', { error: 'ExpiredTokenException', status: 403, queryError: 'ExpiredToken;Sender' }, 'query-error'],
    ['with a wrong parameter', { error: 'ValidationError', status: 400 }, 'query-error'],
  ])('does not repeat a call that is %s', async (_name, reply, reason) => {
    expect(await read([reply])).toMatchObject({ kind: 'failed', reason });
    expect(service?.asked).toHaveLength(1);
  });

  it('says that credentials have expired', async () => {
    expect(await read([{ error: 'ExpiredToken', status: 403 }])).toMatchObject({ detail: expect.stringContaining('credentials') });
  });

  it('does not wait for an endpoint that never answers', async () => {
    const outcome = await read([{ raw: 'hang' }], { callTimeoutMs: 30 });
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'query-error' });
    expect(service?.asked).toHaveLength(4);
  });

  it('ends at once when it is stopped in the middle of a call', async () => {
    const controller = new AbortController();
    const reading = read([{ raw: 'hang' }], { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    expect(await reading).toEqual({ kind: 'aborted' });
  });
});
