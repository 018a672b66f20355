import type { StageEvidence } from '../../src/gates/evidence-schema';
import type { GateVerdict } from '../../src/gates/report-schema';
import { sampleEvidence } from '../../src/report/samples/evidence-builder';
import { STAGES_OF_SAMPLES } from '../../src/report/samples/stages';
import { shapeOf } from '../../src/report/shapes';
import {
  drawnWindow,
  nodeTimelines,
  perEnvironmentTimeline,
  perSecond,
  quotient,
  type Timeline,
  thinned,
  timelineOf,
} from '../../src/report/timelines';

const soak = sampleEvidence(STAGES_OF_SAMPLES.soak);
const fading = sampleEvidence(STAGES_OF_SAMPLES.soakFading);
const canary = sampleEvidence(STAGES_OF_SAMPLES.canaryFailing);
const values = (timeline: Timeline | null) => timeline?.points.map(([, value]) => value) ?? null;

function without(stage: StageEvidence, metric: string, at: number): StageEvidence {
  return {
    ...stage,
    series: stage.series.map((series) =>
      series.metric === metric ? { ...series, points: series.points.filter(([time]) => time !== at) } : series,
    ),
  };
}

const judgedStart = Date.parse(soak.judged.start);

test('connections are summed over the nodes, and a period without one of them is a gap', () => {
  expect(values(timelineOf(soak, 'redis.connections', soak.judged))).toEqual(Array.from({ length: 12 }, () => 16));
  const oneNode = {
    ...soak,
    series: soak.series.map((series) =>
      series.dimensions['CacheClusterId'] === 'staging-002'
        ? { ...series, points: series.points.filter(([at]) => at !== judgedStart) }
        : series,
    ),
  };
  expect(values(timelineOf(oneNode, 'redis.connections', soak.judged))?.slice(0, 2)).toEqual([null, 16]);
});

test('an absent error counter is zero only where requests were counted', () => {
  const noErrors = without(soak, 'api.5xx', judgedStart);
  expect(values(timelineOf(noErrors, 'api.5xx', soak.judged))?.[0]).toBe(0);
  expect(values(timelineOf(without(noErrors, 'api.requests', judgedStart), 'api.5xx', soak.judged))?.[0]).toBeNull();
});

test('an absent gauge is a gap, never a zero', () => {
  expect(values(timelineOf(fading, 'redis.connections', fading.judged))).toEqual([
    16,
    16,
    16,
    16,
    16,
    ...Array.from({ length: 7 }, () => null),
  ]);
});

test('connections per environment leave out those of the cache service, and grow with no environment that went', () => {
  expect(values(perEnvironmentTimeline(soak, soak.judged))).toEqual(Array.from({ length: 12 }, () => 2));
  const quiet = {
    ...soak,
    series: soak.series.map((series) =>
      series.metric === 'lambda.concurrency'
        ? { ...series, points: series.points.map(([at, value]): [number, number] => [at, at > judgedStart ? 1 : value]) }
        : series,
    ),
  };
  expect(values(perEnvironmentTimeline(quiet, soak.judged))).toEqual(Array.from({ length: 12 }, () => 2));
});

test('environments of an earlier version do not count', () => {
  const late = { ...soak, deployedAt: new Date(judgedStart + 10_000).toISOString() };
  expect(values(perEnvironmentTimeline(late, soak.judged))?.slice(0, 3)).toEqual([null, null, 2]);
});

test('a quotient is missing where nothing was counted', () => {
  const a = {
    periodMs: 1000,
    points: [
      [0, 1],
      [1000, 2],
      [2000, null],
      [3000, 0],
    ],
  } as const;
  const b = {
    periodMs: 1000,
    points: [
      [0, 4],
      [1000, 0],
      [2000, 4],
      [3000, 4],
    ],
  } as const;
  expect(values(quotient(a, b))).toEqual([0.25, null, null, 0]);
  expect(quotient(a, { ...b, periodMs: 5000 })).toBeNull();
  expect(quotient(null, b)).toBeNull();
});

test('counts become rates, gaps stay gaps', () => {
  expect(
    values(
      perSecond({
        periodMs: 5000,
        points: [
          [0, 300],
          [5000, null],
        ],
      }),
    ),
  ).toEqual([60, null]);
});

test('in a canary only the new version is drawn', () => {
  const [first] = values(timelineOf(canary, 'lambda.errors', canary.judged)) ?? [];
  expect(first).toBeGreaterThan(0);
  const other = {
    ...canary,
    series: canary.series.map((series) =>
      series.metric === 'lambda.errors' ? { ...series, dimensions: { ...series.dimensions, ExecutedVersion: '6' } } : series,
    ),
  };
  expect(timelineOf(other, 'lambda.errors', canary.judged)).toBeNull();
});

test('clients are summed over routes; a percentile of all routes is not', () => {
  expect(values(timelineOf(soak, 'client.requests', soak.judged))?.[0]).toBe(60);
  expect(values(timelineOf(soak, 'client.p95', soak.judged))?.[0]).toBeLessThan(20);
});

test('an unknown or absent metric has no timeline', () => {
  expect(timelineOf(soak, 'no.such', soak.judged)).toBeNull();
  expect(timelineOf(soak, 'redis.replicationLag', soak.judged)).toBeNull();
});

test('a node without a series is left out, the others stay', () => {
  const one = { ...soak, series: soak.series.filter(({ dimensions }) => dimensions['CacheClusterId'] !== 'staging-002') };
  expect(nodeTimelines(one, soak.judged).map(({ label }) => label)).toEqual(['primary (staging-001)']);
});

test('what is drawn begins a little before the load and ends with the wait after it', () => {
  expect(drawnWindow(soak)).toEqual({ start: '2026-01-31T10:00:00.000Z', end: '2026-01-31T10:01:40.000Z' });
});

test('a long timeline is folded by its highest values, and its gaps survive', () => {
  const long: Timeline = { periodMs: 1000, points: Array.from({ length: 1000 }, (_, i) => [i * 1000, i < 500 ? null : i]) };
  const short = thinned(long, 100);
  expect(short.points).toHaveLength(100);
  expect(short.periodMs).toBe(10_000);
  expect(short.points[0]).toEqual([0, null]);
  expect(short.points[99]).toEqual([990_000, 999]);
  expect(thinned(long, 1000)).toEqual(long);
});

describe('shapes', () => {
  const gate = (of: string, more: Partial<GateVerdict> = {}): GateVerdict => ({
    id: 'g',
    judge: 'limit',
    mode: 'enforce',
    of,
    verdict: 'passed',
    reason: 'within-limit',
    warned: false,
    value: 0,
    limit: 1,
    unit: 'count',
    n: 3600,
    message: 'm',
    details: {},
    ...more,
  });

  test('a gate on one route is not drawn with the requests of all', () => {
    expect(shapeOf(gate('client.failed / client.requests'), soak)).not.toBeNull();
    expect(shapeOf(gate('client.failed / client.requests', { n: 1200 }), soak)).toBeNull();
  });

  test('idle-return shows the wait after the load too', () => {
    expect(shapeOf(gate('redis.connections', { judge: 'idle-return' }), soak)?.points).toHaveLength(16);
    expect(shapeOf(gate('redis.connections', { judge: 'leak' }), soak)?.points).toHaveLength(12);
  });

  test('what the catalogue does not know has no shape', () => {
    expect(shapeOf(gate('no such thing'), soak)).toBeNull();
  });
});
