import type { StageEvidence } from '../../../src/gates/evidence-schema';
import { editSeries } from '../builders';
import { gateOf, judge, swap } from '../helpers';

const LEAK = 'redis-connection-leak';
/** Room for ten connections, so that the trend is what decides. */
const roomy = swap(
  'growthFloorAbsolute: 1, maxPerEnvironment: 3, minDatapoints: 10',
  'growthFloorAbsolute: 1, maxPerEnvironment: 10, minDatapoints: 10',
);

/** Replaces the sum of connections of each judged period (all on the primary; the replica keeps its monitoring one). */
function connections(sums: readonly number[]) {
  return (stage: StageEvidence): StageEvidence => {
    const start = Date.parse(stage.judged.start);
    return editSeries(stage, 'redis.connections', (series) => ({
      ...series,
      points: series.points.map(([at, value]) => {
        const sum = sums[(at - start) / 5000];
        if (sum === undefined) return [at, value];
        return [at, series.dimensions['CacheClusterId'] === 'cache-001' ? sum - 5 : 5];
      }),
    }));
  };
}

describe('the level', () => {
  test('a good release holds two connections per environment and passes', () => {
    expect(gateOf(judge(), LEAK)).toMatchObject({ verdict: 'passed', reason: 'no-leak', value: 2, limit: 3, n: 12 });
  });

  test("the incident's ramp and plateau fails although its trend is blind", () => {
    const saturated = gateOf(judge({ all: { leakPerSecond: 60, leakCeiling: 300 } }), LEAK);
    expect(saturated).toMatchObject({ verdict: 'failed', reason: 'leak-level' });
    expect(saturated.details['connectionsPerMinute']).toBe(0);
  });

  test('monitoring connections of the cache are not the release', () => {
    const monitored = judge({
      all: {
        edit: (stage) => ({
          ...editSeries(stage, 'redis.connections', (series) => ({
            ...series,
            points: series.points.map(([at, value]) => [at, value + 3]),
          })),
          identity: { ...stage.identity, monitoringConnectionsPerNode: 4 },
        }),
      },
    });
    expect(gateOf(monitored, LEAK)).toMatchObject({ verdict: 'passed', value: 2 });
    const ours = judge({
      all: {
        edit: (stage) =>
          editSeries(stage, 'redis.connections', (series) => ({ ...series, points: series.points.map(([at, value]) => [at, value + 3]) })),
      },
    });
    expect(gateOf(ours, LEAK)).toMatchObject({ verdict: 'failed', value: 3.5 });
  });

  test('the total of a healthy release may grow with its environments', () => {
    const grows = (stage: StageEvidence): StageEvidence => {
      const start = Date.parse(stage.judged.start);
      const environments = (at: number) => (at < start ? 4 : Math.min(4 + Math.floor((at - start) / 10_000), 10));
      const edited = editSeries(stage, 'lambda.concurrency', (series) => ({
        ...series,
        points: series.points.map(([at]) => [at, environments(at)]),
      }));
      return editSeries(edited, 'redis.connections', (series) => ({
        ...series,
        points: series.points.map(([at]) => [at, 1 + environments(at)]),
      }));
    };
    expect(gateOf(judge({ only: { soak: { edit: grows } } }), LEAK)).toMatchObject({ verdict: 'passed', value: 2 });
  });

  test('environments are a running maximum: a quiet minute does not make a leak', () => {
    const quiet = (stage: StageEvidence) =>
      editSeries(stage, 'lambda.concurrency', (series) => ({
        ...series,
        points: series.points.map(([at, value], i) => [at, i > 3 ? 1 : value]),
      }));
    expect(gateOf(judge({ only: { soak: { edit: quiet } } }), LEAK)).toMatchObject({ verdict: 'passed', value: 2 });
  });

  test('what ran before the version was deployed does not count as its environments', () => {
    const deployedNow = (stage: StageEvidence): StageEvidence => ({
      ...editSeries(stage, 'lambda.concurrency', (series) => ({
        ...series,
        points: [[Date.parse(stage.window.start) - 5000, 100], ...series.points],
      })),
      deployedAt: stage.window.start,
    });
    expect(gateOf(judge({ only: { soak: { edit: deployedNow } } }), LEAK).value).toBe(2);
  });
});

describe('the trend', () => {
  test('a slow leak far below the level fails, with the rate and the time that is left', () => {
    const gate = gateOf(judge({ all: { leakPerSecond: 0.2 } }, roomy), LEAK);
    expect(gate).toMatchObject({ verdict: 'failed', reason: 'leak-trend' });
    expect(gate.details['connectionsPerMinute']).toBeCloseTo(12, 6);
    expect(gate.details['minutesToDescriptorLimit']).toBeGreaterThan(300);
    expect(gate.details['minutesToNodeLimit']).toBeGreaterThan(5000);
    expect(gate.message).toContain('grows by 12 connections per minute');
  });

  test('growth below the absolute floor passes, below the relative floor too', () => {
    const slow = { all: { leakPerSecond: 0.06 } };
    expect(gateOf(judge(slow, roomy), LEAK).verdict).toBe('passed');
    expect(
      gateOf(
        judge(slow, (text) => roomy(text).replace('growthFloorAbsolute: 1', 'growthFloorAbsolute: 0.5')),
        LEAK,
      ).verdict,
    ).toBe('failed');
    expect(
      gateOf(
        judge({ all: { leakPerSecond: 0.2 } }, (text) => roomy(text).replace('growthFloor: 20%', 'growthFloor: 200%')),
        LEAK,
      ).verdict,
    ).toBe('passed');
  });

  test('noise around a constant level passes', () => {
    const noise = [10, 11, 10, 10, 12, 10, 11, 10, 10, 11, 10, 11];
    expect(gateOf(judge({ only: { soak: { edit: connections(noise) } } }), LEAK)).toMatchObject({ verdict: 'passed', value: 2.5 });
  });

  test('a wandering level that only looks like a trend passes: neighbours resemble each other', () => {
    // Plain Mann-Kendall says p = 0.004, with the correction for autocorrelation it is 0.027.
    const wandering = [14, 16, 16, 17, 18, 19, 20, 22, 21, 20, 19, 19];
    const gate = gateOf(judge({ only: { soak: { edit: connections(wandering) } } }, roomy), LEAK);
    expect(gate.verdict).toBe('passed');
    expect(gate.details['pIncreasing']).toBeCloseTo(0.027, 3);
    expect(gate.details['slopeLow']).toBeGreaterThan(0);
    expect(gate.details['growth']).toBeGreaterThan(gate.details['growthNeeded'] ?? Number.POSITIVE_INFINITY);
  });

  test('a higher confidence asks for a surer slope', () => {
    const rough = [12, 10, 18, 11, 19, 13, 22, 15, 24, 16, 20, 26];
    const edit = { only: { soak: { edit: connections(rough) } } };
    const at = (confidence: string) =>
      gateOf(
        judge(edit, (text) => roomy(text).replace('minDatapoints: 10 }', `minDatapoints: 10, confidence: ${confidence} }`)),
        LEAK,
      );
    expect(at('0.8').verdict).toBe('failed');
    expect(at('0.99999').verdict).toBe('passed');
  });

  test('prints the smallest leak that the run could have seen: less in a longer run', () => {
    const at = (duration: string) =>
      gateOf(judge({}, swap('rate: 60/s, duration: 60s, rampUp: 10s', `rate: 60/s, duration: ${duration}, rampUp: 10s`)), LEAK).details[
        'smallestLeakPerMinute'
      ];
    expect(at('60s')).toBeCloseTo(5 / (55 / 60), 6);
    expect(at('120s')).toBeLessThan(at('60s') ?? 0);
  });
});

describe('no verdict', () => {
  const edited = (edit: (stage: StageEvidence) => StageEvidence) => gateOf(judge({ only: { soak: { edit } } }), LEAK);

  test('too few datapoints for a trend', () => {
    const report = judge({}, (text) => roomy(text).replace('minDatapoints: 10', 'minDatapoints: 13'));
    expect(gateOf(report, LEAK)).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-datapoints', n: 12 });
  });

  test('a gap in one period', () => {
    const gap = (stage: StageEvidence) =>
      editSeries(stage, 'redis.connections', (series) => ({ ...series, points: series.points.filter((_, i) => i !== 8) }));
    expect(edited(gap)).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
  });

  test('a node that was not there in one period', () => {
    const changed = (stage: StageEvidence) =>
      editSeries(stage, 'redis.connections', (series) =>
        series.dimensions['CacheClusterId'] === 'cache-002' ? { ...series, points: series.points.filter((_, i) => i !== 8) } : series,
      );
    expect(edited(changed)).toMatchObject({ verdict: 'inconclusive', reason: 'node-set-changed' });
  });

  test('a floor that was not stable before the load', () => {
    const unstable = (stage: StageEvidence) =>
      editSeries(stage, 'redis.connections', (series) => ({
        ...series,
        points: series.points.map(([at, value], i) => [at, i === 1 ? value + 3 : value]),
      }));
    expect(edited(unstable)).toMatchObject({ verdict: 'inconclusive', reason: 'floor-not-settled' });
  });

  test('connections below the floor: a falling background hides a rising leak', () => {
    const high = (stage: StageEvidence) =>
      editSeries(stage, 'redis.connections', (series) => ({
        ...series,
        points: series.points.map(([at, value], i) => [at, i < 6 ? value + 20 : value]),
      }));
    expect(gateOf(judge({ only: { soak: { edit: high } } }), LEAK)).toMatchObject({ verdict: 'inconclusive', reason: 'floor-moved' });
  });

  test('no concurrency, so no environments to divide by', () => {
    expect(edited((stage) => editSeries(stage, 'lambda.concurrency', (series) => ({ ...series, points: [] })))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'metric-missing',
    });
  });
});
