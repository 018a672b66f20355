import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { type ReadOutcome, readSeries } from '../../../src/evidence/cloudwatch/read';
import { queriesFor } from '../../../src/gates/collect';
import { evaluateStage } from '../../../src/gates/evaluate-stage';
import type { StageEvidence } from '../../../src/gates/evidence-schema';
import { gatesOf } from '../../../src/gates/policy/resolve';
import type { ReasonCode } from '../../../src/gates/reasons';
import { type CloudWatchEndpoint, startCloudWatchEndpoint } from '../../../src/twin/cloudwatch/endpoint';
import { createMetricStore } from '../../../src/twin/cloudwatch/store';
import { type Reply, type Result, scriptedCloudWatch } from '../../evidence/cloudwatch/scripted-cloudwatch';
import { testClock } from '../../evidence/cloudwatch/waits';
import { buildEvidence, IDENTITY, PERIOD_MS, policyOf } from '../builders';
import { expectBlocked } from './rows';

/** What CloudWatch may answer instead of data, over the wire and through the unmodified SDK, up to the verdict. */
const { policy } = policyOf();
const STAGE = buildEvidence({ policy, stages: ['soak'] }).stages[0] as StageEvidence;
const QUERIES = queriesFor(gatesOf(policy, 'soak'), 'soak', IDENTITY);
const SERIES = STAGE.series.filter(({ source }) => source === 'cloudwatch');

function readFrom(client: CloudWatchClient): Promise<ReadOutcome> {
  const window = { startMs: Date.parse(STAGE.window.start) - 4 * PERIOD_MS, endMs: Date.parse(STAGE.after?.end ?? STAGE.window.end) };
  const signal = new AbortController().signal;
  return readSeries({ client, queries: QUERIES, periodSeconds: PERIOD_MS / 1000, window, signal, clock: testClock() });
}

/** The stage as the pipeline would have written it down. */
function judged(outcome: ReadOutcome) {
  if (outcome.kind === 'aborted') throw new Error('nobody aborted it');
  const k6 = STAGE.series.filter(({ source }) => source === 'k6');
  const read =
    outcome.kind === 'read'
      ? { series: [...outcome.series, ...k6] }
      : { series: k6, fault: { reason: outcome.reason, detail: outcome.detail } };
  return evaluateStage({ stage: { ...STAGE, ...read }, policy, earlier: [] });
}

describe("the twin's endpoint", () => {
  let endpoint: CloudWatchEndpoint;
  let client: CloudWatchClient;
  beforeAll(async () => {
    const store = createMetricStore({ periodMs: PERIOD_MS, now: () => Date.parse(STAGE.window.end) + 600_000 });
    for (const { namespace, metricName, dimensions, unit, points } of SERIES) {
      for (const [at, value] of points) store.record({ namespace, metricName, dimensions, unit: unit as 'Count', value, at });
    }
    endpoint = await startCloudWatchEndpoint({ store });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    client = new CloudWatchClient({ endpoint: endpoint.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  afterEach(() => endpoint.clearFaults());
  afterAll(async () => {
    client.destroy();
    await endpoint.stop();
  });

  test('answers what a verdict needs', async () => {
    expect(judged(await readFrom(client))).toMatchObject({ verdict: 'passed' });
  });

  test.each<[string, string, ReasonCode, Parameters<CloudWatchEndpoint['setFault']>]>([
    ['Forbidden in HTTP 200, for one metric', 'redis-connection-leak', 'query-forbidden', ['forbidden', { metricName: 'CurrConnections' }]],
    ['Forbidden in HTTP 200, for all', 'load-validity', 'query-forbidden', ['forbidden']],
    [
      'PartialData and no token that leads to the rest',
      'redis-connection-leak',
      'partial-data',
      ['partial-data', { metricName: 'CurrConnections' }],
    ],
    ['InternalError of one metric', 'redis-new-connections', 'query-error', ['internal-error', { metricName: 'NewConnections' }]],
    ['Complete and empty: a wrong dimension', 'load-validity', 'metric-missing', ['no-data', { namespace: 'AWS/ApiGateway' }]],
    [
      'Complete with every third period missing',
      'redis-connection-leak',
      'metric-missing',
      ['missing-periods', { metricName: 'CurrConnections' }],
    ],
    ['throttling that does not end', 'load-validity', 'query-error', ['throttle']],
    ['HTTP 500 that does not end', 'load-validity', 'query-error', ['service-fault']],
    ['connections that are reset', 'load-validity', 'query-error', ['connection-reset']],
  ])('%s', async (_, gate, reason, fault) => {
    endpoint.setFault(...fault);
    expectBlocked(judged(await readFrom(client)), { gate, reason });
  });
});

describe('pages', () => {
  const RESULTS = QUERIES.map(({ metric, dimensions }, i): Result => {
    const series = SERIES.find((each) => each.metric === metric.name && JSON.stringify(each.dimensions) === JSON.stringify(dimensions));
    const points = series?.points ?? [];
    return { Id: `q${i}`, Timestamps: points.map(([at]) => at / 1000), Values: points.map(([, value]) => value) };
  });
  const half = (result: Result, from: number, to: number, StatusCode: string): Result => ({
    ...result,
    Timestamps: result.Timestamps.slice(from, to),
    Values: result.Values.slice(from, to),
    StatusCode,
  });
  const first = RESULTS.map((result) => half(result, 0, 8, 'PartialData'));
  const second = RESULTS.map((result) => half(result, 8, 99, 'Complete'));
  const isConnections = (_: Result, i: number) => QUERIES[i]?.metric.name === 'redis.connections';

  async function judgedFrom(...replies: readonly Reply[]) {
    const service = await scriptedCloudWatch(...replies);
    try {
      return judged(await readFrom(service.client));
    } finally {
      await service.stop();
    }
  }

  test('two that belong together are one answer', async () => {
    expect(await judgedFrom({ results: first, next: 'a' }, { results: second })).toMatchObject({ verdict: 'passed' });
  });

  test.each<[string, string, ReasonCode, readonly Reply[]]>([
    ['the second is lost with its token', 'redis-connection-leak', 'partial-data', [{ results: first }]],
    [
      'the second is lost, and the first says that it was all',
      'redis-connection-leak',
      'metric-missing',
      [{ results: first.map((result) => ({ ...result, StatusCode: 'Complete' })) }],
    ],
    ['the first is lost', 'redis-connection-leak', 'metric-missing', [{ results: [], next: 'a' }, { results: second }]],
    ['the token repeats itself', 'load-validity', 'query-error', [{ results: first, next: 'a' }]],
    [
      'a query is on no page',
      'redis-connection-leak',
      'query-error',
      [{ results: RESULTS.filter((result, i) => !isConnections(result, i)) }],
    ],
    [
      'an error follows the first',
      'load-validity',
      'query-forbidden',
      [
        { results: first, next: 'a' },
        { error: 'AccessDenied', status: 403 },
      ],
    ],
    [
      'times without values',
      'redis-connection-leak',
      'query-error',
      [{ results: RESULTS.map((result, i) => (isConnections(result, i) ? { ...result, Values: [1] } : result)) }],
    ],
    ['an answer that is no JSON', 'load-validity', 'query-error', [{ raw: 'no-json' }]],
  ])('%s', async (_, gate, reason, replies) => {
    expectBlocked(await judgedFrom(...replies), { gate, reason });
  });
});
