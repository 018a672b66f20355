import type { StageEvidence } from '../../../src/gates/evidence-schema';
import { editSeries } from '../builders';
import { gateOf, judge, swap } from '../helpers';

const LEAK = 'redis-connection-leak';
/** Room for ten connections, so that the trend is what decides. */
const roomy = swap(
  'growthFloorAbsolute: 1, maxPerEnvironment: 3, minDatapoints: 10',
  'growthFloorAbsolute: 1, maxPerEnvironment: 10, minDatapoints: 10',
);

/** A tenth of a connection is growth. */
const sharp = swap('growthFloor: 20%, growthFloorAbsolute: 1', 'growthFloor: 1%, growthFloorAbsolute: 0.1');

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

/** So many more connections on each node. */
function raised(by: number) {
  return (stage: StageEvidence): StageEvidence =>
    editSeries(stage, 'redis.connections', (series) => ({ ...series, points: series.points.map(([at, value]) => [at, value + by]) }));
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
    const ours = judge({ only: { soak: { edit: raised(3) } } });
    expect(gateOf(ours, LEAK)).toMatchObject({ verdict: 'failed', value: 3.5 });
  });

  test('connections that were there before the release was asked for anything give no verdict when they alone exceed the level', () => {
    // Eight of others, and two for each of four environments.
    const shared = gateOf(judge({ all: { edit: raised(4) } }), LEAK);
    expect(shared).toMatchObject({ verdict: 'inconclusive', reason: 'foreign-connections', value: 4 });
    expect(shared.message).toContain('but 8 connections were there before the release was asked for anything');
    // What is too much without them fails, and so does what grows beside them.
    expect(gateOf(judge({ all: { edit: raised(4), connectionsPerEnvironment: 4 } }), LEAK)).toMatchObject({ reason: 'leak-level' });
    expect(gateOf(judge({ all: { edit: raised(20), leakPerSecond: 0.06, connectionsPerEnvironment: 1 } }, sharp), LEAK).reason).toBe(
      'leak-trend',
    );
    // What it opened when it was warmed is its own, however high the floor of the soak.
    expect(gateOf(judge({ all: { connectionsPerEnvironment: 6 } }), LEAK)).toMatchObject({ reason: 'leak-level', value: 6 });
    expect(gateOf(judge({ only: { soak: { edit: raised(4) } } }), LEAK)).toMatchObject({ reason: 'leak-level', value: 4 });
  });

  test('a gap in the concurrency is unknown up to the last judged period', () => {
    const cut = (stage: StageEvidence): StageEvidence => {
      const late = Date.parse(stage.judged.end) - 15_000;
      const grown = editSeries(stage, 'redis.connections', (series) => ({
        ...series,
        points: series.points.map(([at, value]) => [at, at < late ? value : value + 5]),
      }));
      return editSeries(grown, 'lambda.concurrency', (series) => ({ ...series, points: series.points.filter(([at]) => at < late) }));
    };
    // Nine environments held two each in the end; divided by the four that were seen it would be a leak.
    expect(gateOf(judge({ only: { soak: { edit: cut } } }), LEAK)).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
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

  test('growth that the scatter of a rough series can make by itself passes', () => {
    // Grows by 4 per environment, sure and steady, where one connection would be tolerated in a quieter series.
    const rough = [12, 8, 19, 10, 21, 11, 24, 12, 26, 14, 22, 27];
    const gate = gateOf(judge({ only: { soak: { edit: connections(rough) } } }, roomy), LEAK);
    expect(gate).toMatchObject({ verdict: 'passed', reason: 'no-leak' });
    expect(gate.details['pIncreasing']).toBeLessThan(0.05);
    expect(gate.details['growthNeeded']).toBeGreaterThan(gate.details['growth'] ?? Number.POSITIVE_INFINITY);
  });

  test('growth that is not judged a leak is told, with how much it was and why', () => {
    // One connection per environment, then two, then three: a warm-up, or a leak in steps.
    const stairs = [4, 4, 4, 8, 8, 8, 12, 12, 12, 12, 12, 12];
    const gate = gateOf(judge({ only: { soak: { connectionsPerEnvironment: 1, edit: connections(stairs.map((sum) => sum + 2)) } } }), LEAK);
    expect(gate).toMatchObject({ verdict: 'passed', reason: 'no-leak', warned: true });
    expect(gate.message).toContain('but they grew by 2.2 each over the window');
    expect(gate.message).toContain('not judged a leak, because');
    expect(gate.message).not.toContain('do not grow');
    expect(gateOf(judge(), LEAK)).toMatchObject({ warned: false, message: expect.stringContaining('and do not grow') });
  });

  test('a higher confidence asks for a surer slope', () => {
    const rough = [12, 11, 16, 12, 17, 14, 19, 16, 21, 17, 20, 23];
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

  describe('others leave while the release leaks', () => {
    /** Twelve before the load: eight of four environments that were warmed, four of others, who leave in the first half. */
    const leaving = (atWork: number) => (stage: StageEvidence) => {
      const start = Date.parse(stage.judged.start);
      const warmed = editSeries(stage, 'lambda.concurrency', (series) => ({
        ...series,
        points: [[Date.parse(stage.window.start) - 10_000, 4], ...series.points.map(([at]): [number, number] => [at, atWork])],
      }));
      const left = (at: number) => (at < start ? 6 : Math.max(4, 6 - (at - start) / 10_000));
      return editSeries(warmed, 'redis.connections', (series) => ({ ...series, points: series.points.map(([at]) => [at, 1 + left(at)]) }));
    };

    test('no verdict where all environments are at work, so that none of them can have ended', () => {
      const gate = edited(leaving(4));
      expect(gate).toMatchObject({ verdict: 'inconclusive', reason: 'floor-moved' });
      expect(gate.message).toContain('of the 12 before the load at least 12 must have stayed');
    });

    test('environments that are not at work may have ended: that blinds no good release', () => {
      expect(edited(leaving(1))).toMatchObject({ verdict: 'passed', reason: 'no-leak' });
    });
  });

  test('no concurrency, so no environments to divide by', () => {
    expect(edited((stage) => editSeries(stage, 'lambda.concurrency', (series) => ({ ...series, points: [] })))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'metric-missing',
    });
  });
});
