import type { StageEvidence } from '../../../src/gates/evidence-schema';
import { editSeries, recounted } from '../builders';
import { gateOf, judge, swap } from '../helpers';

const soak = (edit: (stage: StageEvidence) => StageEvidence) => ({ only: { soak: { edit } } });

describe('idle-return', () => {
  const ID = 'redis-idle-return';

  test('passes at the floor plus what the warm environments may hold', () => {
    expect(gateOf(judge(), ID)).toMatchObject({ verdict: 'passed', value: 10, limit: 22, n: 2 });
  });

  test('fails when connections stay: 13 more than allowed', () => {
    const gate = gateOf(judge({ all: { leakPerSecond: 60, leakCeiling: 25 } }), ID);
    expect(gate).toMatchObject({ verdict: 'failed', reason: 'not-returned', value: 35, limit: 22 });
  });

  test('the last period decides: a late return passes, an early dip does not', () => {
    const endingWith = (values: readonly number[]) =>
      soak((stage) => {
        const start = Date.parse(stage.after?.start ?? '');
        return editSeries(stage, 'redis.connections', (series) => ({
          ...series,
          points: series.points.map(([at, value]) => [at, values[(at - start) / 5000] ?? value]),
        }));
      });
    expect(gateOf(judge(endingWith([500, 5])), ID).verdict).toBe('passed');
    expect(gateOf(judge(endingWith([5, 500])), ID).verdict).toBe('failed');
  });

  test('without a wait, a floor or data there is no verdict', () => {
    expect(gateOf(judge(soak((stage) => ({ ...stage, after: null }))), ID)).toMatchObject({ verdict: 'inconclusive', reason: 'not-run' });
    const noAfter = soak((stage) =>
      editSeries(stage, 'redis.connections', (series) => ({
        ...series,
        points: series.points.filter(([at]) => at < Date.parse(stage.window.end)),
      })),
    );
    expect(gateOf(judge(noAfter), ID)).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
    const noFloor = soak((stage) => editSeries(stage, 'redis.connections', (series) => ({ ...series, points: series.points.slice(4) })));
    expect(gateOf(judge(noFloor), ID)).toMatchObject({ verdict: 'inconclusive', reason: 'floor-not-settled' });
  });
});

describe('capacity', () => {
  const ID = 'redis-capacity';

  test('projects the fullest node to production with both releases side by side', () => {
    expect(gateOf(judge(), ID)).toMatchObject({ verdict: 'passed', value: 2001, limit: 52_000, unit: 'connections' });
  });

  test('a pool that fans out to a hundred connections fails', () => {
    const gate = gateOf(judge({ all: { connectionsPerEnvironment: 100 } }), ID);
    expect(gate).toMatchObject({ verdict: 'failed', reason: 'over-capacity', value: 100_001 });
    expect(gate.message).toContain('limit 52000 (80 % of 65000)');
  });

  test('connections that were there before the run are not multiplied into a failure', () => {
    const shared = (by: number) => (stage: StageEvidence) =>
      editSeries(stage, 'redis.connections', (series) => ({ ...series, points: series.points.map(([at, value]) => [at, value + by]) }));
    const gate = gateOf(judge({ all: { edit: shared(120) } }), ID);
    expect(gate).toMatchObject({ verdict: 'inconclusive', reason: 'foreign-connections', value: 62_001 });
    expect(gate.message).toContain('240 connections were there before');
    expect(gateOf(judge(soak(shared(120))), ID)).toMatchObject({ verdict: 'failed', reason: 'over-capacity' });
    expect(gateOf(judge({ all: { edit: shared(120), connectionsPerEnvironment: 180 } }), ID)).toMatchObject({ reason: 'over-capacity' });
  });

  test('what the release opened in an earlier stage of the run is its own', () => {
    // Before the spike, and before the soak as well, the cache holds what it opened when the smoke warmed it.
    const gate = gateOf(judge({ all: { connectionsPerEnvironment: 60 } }), 'spike-capacity');
    expect(gate).toMatchObject({ verdict: 'failed', reason: 'over-capacity', value: 60_001 });
  });

  test('every number of the policy counts', () => {
    const wide = { all: { connectionsPerEnvironment: 60 } };
    const verdict = (edit?: (text: string) => string) => gateOf(judge(wide, edit), ID).verdict;
    expect(verdict()).toBe('failed');
    expect(verdict(swap('peakConcurrency: 1000', 'peakConcurrency: 800'))).toBe('passed');
    expect(verdict(swap('cacheMaxConnectionsPerNode: 65000', 'cacheMaxConnectionsPerNode: 80000'))).toBe('passed');
    expect(
      verdict(
        swap(
          'redis-capacity, judge: capacity, of: redis.connectionsPerNode, max: 80%',
          'redis-capacity, judge: capacity, of: redis.connectionsPerNode, max: 95%',
        ),
      ),
    ).toBe('passed');
  });

  test('a changed node set gives no verdict', () => {
    const changed = soak((stage) =>
      editSeries(stage, 'redis.connections', (series) =>
        series.dimensions['CacheClusterId'] === 'cache-002' ? { ...series, points: series.points.filter((_, i) => i !== 10) } : series,
      ),
    );
    expect(gateOf(judge(changed), ID)).toMatchObject({ verdict: 'inconclusive', reason: 'node-set-changed' });
  });
});

describe('recovery', () => {
  const ID = 'spike-recovery';
  const spike = (edit: (stage: StageEvidence) => StageEvidence) => ({ only: { spike: { edit } } });

  test('at once, within the limit, and too late', () => {
    expect(gateOf(judge(), ID)).toMatchObject({ verdict: 'passed', reason: 'recovered', value: 0, limit: 5000, unit: 'ms' });
    expect(gateOf(judge({ all: { recoverySeconds: 5 } }), ID)).toMatchObject({ verdict: 'passed', value: 5000 });
    expect(gateOf(judge({ all: { recoverySeconds: 6 } }), ID)).toMatchObject({ verdict: 'failed', reason: 'not-recovered', value: null });
    expect(gateOf(judge({ all: { recoverySeconds: 4 } }, swap('max: 5s', 'max: 3s')), ID)).toMatchObject({
      verdict: 'failed',
      value: 4000,
    });
  });

  test('tolerances are what separates back from not back', () => {
    const slower = { all: { recoverySeconds: 8 } };
    expect(gateOf(judge(slower, swap('toleranceAbsolute: 50ms', 'toleranceAbsolute: 160ms')), ID).verdict).toBe('passed');
    expect(gateOf(judge(slower, swap('tolerance: 300%', 'tolerance: 2000%')), ID).verdict).toBe('passed');
  });

  test('failed requests after the spike are no recovery, whatever the latency', () => {
    const failing = spike((stage) =>
      recounted(
        editSeries(stage, 'client.failed', (series) => ({
          ...series,
          points: series.points.map(([at]) => [at, at >= Date.parse(stage.window.start) + 12_000 ? 1 : 0]),
        })),
      ),
    );
    expect(gateOf(judge(failing), ID)).toMatchObject({ verdict: 'failed', reason: 'not-recovered' });
  });

  test('a second without requests is not good, silence is no recovery', () => {
    const silent = (from: number) =>
      spike((stage) =>
        recounted(
          editSeries(stage, 'client.requests', (series) => ({
            ...series,
            points: series.points.filter(([at]) => at < Date.parse(stage.window.start) + from),
          })),
        ),
      );
    expect(gateOf(judge(silent(14_000)), ID).verdict).toBe('failed');
    expect(gateOf(judge(silent(12_000)), ID)).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
  });

  test('without a baseline or a series there is no verdict', () => {
    const unseen = (stage: StageEvidence, metric: string) =>
      editSeries(stage, metric, (series) => ({ ...series, points: series.points.slice(4) }));
    const late = spike((stage) => recounted(['client.p95', 'client.requests', 'client.failed'].reduce(unseen, stage)));
    expect(gateOf(judge(late), ID)).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-datapoints' });
    expect(gateOf(judge(spike((stage) => editSeries(stage, 'client.p95', () => null))), ID)).toMatchObject({
      verdict: 'inconclusive',
      reason: 'load-not-applied',
      message: expect.stringContaining('client.p95: k6 left no series'),
    });
  });
});
