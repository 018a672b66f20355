import { swap } from '../helpers';
import { neverPasses, points, series } from './rows';

const PERIOD = 5000;
const leak = { gate: 'redis-connection-leak' } as const;
const LATENCY = swap(
  '{ id: lambda-throttles, judge: limit, of: lambda.throttles, max: 0 }',
  '{ id: lambda-throttles, judge: limit, of: api.latencyP95, max: 1s }',
);

describe('values', () => {
  neverPasses([
    { ...leak, what: 'not a number', reason: 'bad-data', wrong: points('redis.connections', at(3, Number.NaN)), unwritable: true },
    {
      ...leak,
      what: 'infinite',
      reason: 'bad-data',
      wrong: points('redis.connections', at(3, Number.POSITIVE_INFINITY)),
      unwritable: true,
    },
    {
      ...leak,
      what: 'below zero',
      reason: 'bad-data',
      wrong: points('redis.connections', at(3, -1)),
      twin: points('redis.connections', at(3, 5)),
    },
    {
      what: 'a counter below zero, which would pay for others',
      gate: 'api-5xx',
      reason: 'bad-data',
      wrong: points('api.5xx', (_, from) => [[from, -50]]),
      twin: points('api.5xx', (_, from) => [[from, 1]]),
    },
    {
      what: 'more 5XX than requests',
      gate: 'api-5xx',
      reason: 'bad-data',
      wrong: points('api.5xx', (_, from) => [[from, 9999]]),
      twin: points('api.5xx', (_, from) => [[from, 1]]),
    },
    {
      what: 'no request at all at the gateway',
      gate: 'api-5xx',
      reason: 'load-not-applied',
      wrong: points('api.requests', (all) => all.map(([time]) => [time, 0])),
    },
    {
      what: 'not a number before the load, where the floor is',
      ...leak,
      reason: 'bad-data',
      wrong: points('redis.connections', (all) => all.map(([time, value], i) => [time, i === 2 ? Number.NaN : value])),
      unwritable: true,
    },
  ]);
});

describe('times', () => {
  neverPasses([
    { ...leak, what: 'newest first', reason: 'bad-data', wrong: points('redis.connections', (all) => all.toReversed()) },
    {
      ...leak,
      what: 'one twice',
      reason: 'bad-data',
      wrong: points('redis.connections', (all) => all.flatMap((point, i) => (i === 8 ? [point, point] : [point]))),
    },
    {
      ...leak,
      what: 'one twice with another value',
      reason: 'bad-data',
      wrong: points('redis.connections', (all) =>
        all.flatMap(([time, value], i): [number, number][] =>
          i === 8
            ? [
                [time, value],
                [time, 0],
              ]
            : [[time, value]],
        ),
      ),
    },
    {
      ...leak,
      what: 'off the grid by a millisecond',
      reason: 'bad-data',
      wrong: points('redis.connections', (all) => all.map(([time, value]) => [time + 1, value])),
    },
    {
      ...leak,
      what: 'in seconds, not milliseconds',
      reason: 'bad-data',
      wrong: points('redis.connections', (all) => all.map(([time, value]) => [time / 1000, value])),
    },
    {
      what: 'a gauge that is stale: its newest value lies before the window',
      gate: 'lambda-throttles',
      reason: 'metric-missing',
      policy: LATENCY,
      wrong: points('api.latencyP95', (all, from) =>
        all.map(([time, value]) => [time - 20 * PERIOD, value] as [number, number]).filter(([time]) => time < from),
      ),
    },
    {
      what: 'the last period is not published yet',
      gate: 'lambda-throttles',
      reason: 'metric-missing',
      policy: LATENCY,
      wrong: points('api.latencyP95', (all, _, to) => all.filter(([time]) => time < to - PERIOD)),
      twin: points('api.latencyP95', (all, _, to) => all.filter(([time]) => time < to)),
    },
    {
      what: 'the last period of the gateway is unfinished',
      gate: 'load-validity',
      reason: 'load-not-applied',
      wrong: points('api.requests', (all, _, to) => all.map(([time, value]) => [time, time === to - PERIOD ? 20 : value])),
    },
    {
      what: 'a period in the middle is missing',
      gate: 'redis-connection-leak',
      reason: 'metric-missing',
      wrong: points('redis.connections', (all, from) => all.filter(([time]) => time !== from + 4 * PERIOD)),
    },
    {
      what: 'requests are missing in one period',
      gate: 'load-validity',
      reason: 'metric-missing',
      wrong: points('api.requests', (all, from) => all.filter(([time]) => time !== from + 4 * PERIOD)),
    },
    {
      what: 'concurrency is missing in one period, which would hide growth before it',
      gate: 'redis-connection-leak',
      reason: 'metric-missing',
      wrong: points('lambda.concurrency', (all, from) => all.filter(([time]) => time !== from + PERIOD)),
      twin: points('lambda.concurrency', (all, from, to) => all.filter(([time]) => time < from || time < to)),
    },
    {
      what: 'a counter of Lambda, which reports zeros with every invocation, without a datapoint in a period',
      gate: 'lambda-throttles',
      reason: 'metric-missing',
      wrong: points('lambda.throttles', (all) => all.filter((_, i) => i !== 7)),
    },
    {
      what: 'a counter of the cache, which reports zeros in every period, silent from the load on',
      gate: 'redis-new-connections',
      reason: 'metric-missing',
      wrong: points('redis.newConnections', (all, from) => all.filter(([time]) => time < from)),
    },
    {
      what: 'a counter that may be silent and reports zeros, silent in one period',
      gate: 'api-5xx',
      reason: 'metric-missing',
      wrong: points('api.5xx', (_, from, to) => zeros(from, to).filter(([time]) => time !== from + PERIOD)),
      twin: points('api.5xx', (_, from, to) => zeros(from, to)),
    },
  ]);
});

describe('series', () => {
  neverPasses([
    { what: 'empty', ...leak, reason: 'metric-missing', wrong: series('redis.connections', { points: [] }) },
    {
      what: 'empty counter that is never silent in a healthy run',
      gate: 'lambda-throttles',
      reason: 'metric-missing',
      wrong: series('lambda.throttles', { points: [] }),
    },
    {
      what: 'wrong dimension: the name of a REST API',
      gate: 'load-validity',
      reason: 'metric-missing',
      wrong: series('api.requests', { dimensions: { ApiName: 'api1' } }),
    },
    {
      what: 'wrong API type: 5XXError of a REST API',
      gate: 'api-5xx',
      reason: 'bad-data',
      wrong: series('api.5xx', { metricName: '5XXError' }),
    },
    {
      what: 'wrong statistic: an average of a counter',
      gate: 'lambda-throttles',
      reason: 'bad-data',
      wrong: series('lambda.throttles', { statistic: 'Average' }),
    },
    {
      what: 'wrong unit: milliseconds for seconds',
      gate: 'lambda-throttles',
      reason: 'bad-data',
      policy: LATENCY,
      wrong: series('api.latencyP95', { unit: 'Seconds' }),
    },
    { what: 'wrong period', gate: 'lambda-throttles', reason: 'bad-data', wrong: series('lambda.throttles', { periodSeconds: 60 }) },
    {
      what: 'wrong source: the clients are not CloudWatch',
      gate: 'lambda-throttles',
      reason: 'bad-data',
      wrong: series('lambda.throttles', { source: 'k6' }),
    },
    {
      what: 'two that claim to be the same',
      gate: 'lambda-throttles',
      reason: 'bad-data',
      wrong: (stage) => ({ ...stage, series: [...stage.series, ...stage.series.filter(({ metric }) => metric === 'lambda.throttles')] }),
    },
    {
      what: 'PartialData',
      gate: 'redis-new-connections',
      reason: 'partial-data',
      wrong: series('redis.newConnections', { statusCode: 'PartialData' }),
    },
    {
      what: 'Forbidden within an answer of 200',
      gate: 'redis-new-connections',
      reason: 'query-forbidden',
      wrong: series('redis.newConnections', { statusCode: 'Forbidden', points: [] }),
    },
    {
      what: 'InternalError',
      gate: 'redis-new-connections',
      reason: 'query-error',
      wrong: series('redis.newConnections', { statusCode: 'InternalError' }),
    },
    {
      what: 'Forbidden heartbeat of a counter',
      gate: 'api-5xx',
      reason: 'query-forbidden',
      wrong: series('api.requests', { statusCode: 'Forbidden' }),
    },
  ]);
});

function at(index: number, value: number): Parameters<typeof points>[1] {
  return (all, from) => all.map(([time, before]) => [time, time === from + index * PERIOD ? value : before]);
}

/** A zero for each of the judged periods. */
function zeros(from: number, to: number): [number, number][] {
  return Array.from({ length: (to - from) / PERIOD }, (_, i) => [from + i * PERIOD, 0]);
}
