import type { Series, StageEvidence } from '../../../src/gates/evidence-schema';
import { recounted } from '../builders';
import { swap } from '../helpers';
import { neverPasses, points, type Row } from './rows';

const PERIOD = 5000;
const leak = { gate: 'redis-connection-leak' } as const;

describe('the nodes of the cache', () => {
  neverPasses([
    {
      ...leak,
      what: 'one is replaced during the run',
      reason: 'node-set-changed',
      wrong: replica((all, from) => all.filter(([at]) => at < from + 4 * PERIOD)),
    },
    {
      what: 'one is replaced during the run: capacity is of no node then',
      gate: 'redis-capacity',
      reason: 'node-set-changed',
      wrong: replica((all, from) => all.filter(([at]) => at < from + 4 * PERIOD)),
    },
    {
      what: 'one is replaced while connections are to fall',
      gate: 'redis-idle-return',
      reason: 'node-set-changed',
      wrong: replica((all, _, to) => all.filter(([at]) => at < to)),
    },
    { ...leak, what: 'one more joins', reason: 'node-set-changed', wrong: third((from) => from + 6 * PERIOD), twin: third(() => 0) },
    {
      ...leak,
      what: 'one was never asked about',
      reason: 'metric-missing',
      wrong: (stage) => ({ ...stage, series: stage.series.filter(({ dimensions }) => dimensions['CacheClusterId'] !== 'cache-002') }),
    },
    {
      ...leak,
      what: 'one reports that nobody knows',
      reason: 'node-set-changed',
      wrong: (stage) => ({ ...stage, identity: { ...stage.identity, nodes: stage.identity.nodes.slice(1) } }),
    },
    {
      ...leak,
      what: 'there is none',
      reason: 'metric-missing',
      wrong: (stage) => ({
        ...stage,
        identity: { ...stage.identity, nodes: [] },
        series: stage.series.filter(({ metric }) => metric !== 'redis.connections'),
      }),
    },
  ]);
});

describe('the floor', () => {
  neverPasses([
    {
      ...leak,
      what: 'is missing: nothing was read before the load',
      reason: 'floor-not-settled',
      wrong: points('redis.connections', (all, from) => all.filter(([at]) => at >= from - 2 * PERIOD)),
    },
    {
      ...leak,
      what: 'is not stable',
      reason: 'floor-not-settled',
      wrong: points('redis.connections', (all) => all.map(([at, value], i) => [at, i === 2 ? value + 9 : value])),
    },
    {
      what: 'is missing, so there is nothing to return to',
      gate: 'redis-idle-return',
      reason: 'floor-not-settled',
      wrong: points('redis.connections', (all) => all.filter((_, i) => i !== 2)),
    },
  ]);
});

describe('two clocks', () => {
  const load = { gate: 'load-validity', reason: 'load-not-applied' } as const;
  neverPasses([
    {
      ...load,
      what: "k6's is ahead: its load seems to come after that of CloudWatch",
      reason: 'metric-missing',
      wrong: shifted(-4 * PERIOD),
    },
    {
      ...load,
      what: "k6's is behind: its load seems to come before that of CloudWatch",
      wrong: shifted(4 * PERIOD),
      reason: 'metric-missing',
    },
    { ...leak, what: 'half a period apart: nothing lies on the grid', reason: 'bad-data', wrong: shifted(PERIOD / 2) },
    {
      ...load,
      what: 'the judged window is off the grid',
      wrong: judged((from, to) => [from + 2000, to + 2000]),
      twin: judged((from, to) => [from, to]),
    },
    { ...load, what: 'the judged window is empty', wrong: judged((from) => [from, from]) },
    { ...load, what: 'the judged window ends before it begins', wrong: judged((from, to) => [to, from]) },
    {
      ...load,
      what: 'the judged window leaves out the end of the load',
      wrong: (stage) => recounted(judged((from, to) => [from, to - PERIOD])(stage)),
    },
    { ...load, what: 'the judged window reaches beyond the load', wrong: judged((from, to) => [from - 60_000, to]) },
    {
      ...leak,
      what: 'the version was deployed after its load',
      reason: 'metric-missing',
      wrong: (stage) => ({ ...stage, deployedAt: stage.judged.end }),
      twin: (stage) => ({ ...stage, deployedAt: stage.window.start }),
    },
    {
      what: 'the time after the load holds no whole period',
      gate: 'redis-idle-return',
      reason: 'too-few-datapoints',
      policy: swap('observeAfter: { quick: 10s,', 'observeAfter: { quick: 5s,'),
      wrong: watched((start, end) => [start + 1, end + 1]),
      twin: watched((start, end) => [start, end + 1]),
    },
    {
      ...load,
      what: 'the time after the load is a period of it',
      wrong: watched((start) => [start - 2 * PERIOD, start]),
      twin: watched((start, end) => [start, end]),
    },
    {
      ...load,
      what: 'less time was watched after the load than the policy asks for',
      wrong: watched((start, end) => [start, end - PERIOD]),
    },
  ]);
});

/** Another time after the load. */
function watched(edit: (start: number, end: number) => readonly [number, number]): Row['wrong'] {
  return (stage) => {
    if (stage.after === null) return stage;
    const [start, end] = edit(Date.parse(stage.after.start), Date.parse(stage.after.end)).map((at) => new Date(at).toISOString());
    return { ...stage, after: { start: start ?? '', end: end ?? '' } };
  };
}

function replica(edit: Parameters<typeof points>[1]): Row['wrong'] {
  return (stage) => {
    const edited = points('redis.connections', edit)(stage);
    return {
      ...edited,
      series: edited.series.map((series, i) =>
        series.dimensions['CacheClusterId'] === 'cache-002' ? series : (stage.series[i] as Series),
      ),
    };
  };
}

/** A third node that holds only what the service itself keeps, from a time on. */
function third(since: (from: number) => number): Row['wrong'] {
  return (stage) => {
    const node = { cacheClusterId: 'cache-003', cacheNodeId: '0001', role: 'replica' as const };
    const from = since(Date.parse(stage.judged.start));
    const added = stage.series
      .filter(({ dimensions }) => dimensions['CacheClusterId'] === 'cache-002')
      .map((series) => ({
        ...series,
        dimensions: { ...series.dimensions, CacheClusterId: node.cacheClusterId },
        points: series.points.flatMap(([at, value]): [number, number][] => (at < from ? [] : [[at, Math.min(value, 1)]])),
      }));
    return { ...stage, identity: { ...stage.identity, nodes: [...stage.identity.nodes, node] }, series: [...stage.series, ...added] };
  };
}

function shifted(byMs: number): Row['wrong'] {
  return (stage) => ({
    ...stage,
    series: stage.series.map((series) =>
      series.source === 'k6' ? series : { ...series, points: series.points.map(([at, value]): [number, number] => [at + byMs, value]) },
    ),
  });
}

function judged(window: (from: number, to: number) => readonly [number, number]): (stage: StageEvidence) => StageEvidence {
  return (stage) => {
    const [start, end] = window(Date.parse(stage.judged.start), Date.parse(stage.judged.end)).map((at) => new Date(at).toISOString());
    return { ...stage, judged: { start: start ?? '', end: end ?? '' } };
  };
}
