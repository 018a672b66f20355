import { evaluate } from '../../../src/gates/evaluate';
import type { Evidence, StageEvidence } from '../../../src/gates/evidence-schema';
import { againstBaseline } from '../../../src/gates/judges/leak-baseline';
import { leakTrend } from '../../../src/gates/judges/leak-trend';
import type { EnvironmentLevel } from '../../../src/gates/judges/per-environment';
import { measured, unmeasured } from '../../../src/gates/measure/measured';
import type { LeakGate } from '../../../src/gates/policy/gate';
import { type Behaviour, buildEvidence, editSeries, policyOf } from '../builders';
import { gateOf } from '../helpers';

const { policy, digest } = policyOf();
const run = (soak: Partial<Behaviour> = {}) => buildEvidence({ policy, stages: ['soak'], only: { soak } });

/** Connections that somebody else, or an earlier version, lets go one by one while the load runs. */
const falling = (many: number) => ({
  edit: (stage: StageEvidence) => {
    const [start, end] = [Date.parse(stage.judged.start), Date.parse(stage.judged.end)];
    return editSeries(stage, 'redis.connections', (series) =>
      series.dimensions['CacheClusterId'] === 'cache-001'
        ? {
            ...series,
            points: series.points.map(([at, n]) => [at, n - Math.round(Math.max(0, Math.min(1, (at - start) / (end - start))) * many)]),
          }
        : series,
    );
  },
});

function verdict(evidence: Evidence, baseline: Evidence | null) {
  const release = { ...evidence.release, digest: `sha256:${'b'.repeat(64)}` };
  const given = baseline === null ? null : { evidence: { ...baseline, release }, digest: `sha256:${'e'.repeat(64)}` };
  return gateOf(evaluate({ evidence, policy, policyDigest: digest, toolVersion: '0', baseline: given }), 'redis-connection-leak');
}

describe('a leak against the last release that was promoted with passing gates', () => {
  // Less than one connection for each environment over the window: below the floor of the absolute trend.
  const slow = run({ leakPerSecond: 0.06 });

  test('is growth that the other had not, though it is tolerated by itself', () => {
    expect(verdict(slow, null)).toMatchObject({ verdict: 'passed', reason: 'no-leak' });
    expect(verdict(slow, run())).toMatchObject({ verdict: 'passed', reason: 'no-leak' });
    const against = verdict(slow, run(falling(4)));
    expect(against).toMatchObject({ verdict: 'failed', reason: 'leak-against-baseline' });
    expect(against.details['baselineGrowth']).toBeLessThan(-0.7);
    expect(against.details['differenceGrowth']).toBeGreaterThan(Number(against.details['differenceGrowthNeeded']));
    expect(against.message).toContain('they grow against the last release that was promoted with passing gates');
  });

  test('a background that falls in both runs hides no leak and makes none', () => {
    const both = run({ leakPerSecond: 0.13, ...falling(5) });
    expect(verdict(both, null)).toMatchObject({ verdict: 'passed', reason: 'no-leak' });
    expect(verdict(both, run(falling(5)))).toMatchObject({ verdict: 'failed', reason: 'leak-against-baseline' });
    expect(verdict(run(falling(2)), run(falling(2)))).toMatchObject({ verdict: 'passed' });
  });

  test('a baseline that leaks as much excuses nothing', () => {
    const leak = run({ leakPerSecond: 0.2, environments: 2 });
    for (const baseline of [null, leak]) {
      expect(verdict(leak, baseline).verdict).toBe('failed');
      expect(verdict(leak, baseline).reason).not.toBe('leak-against-baseline');
    }
  });

  test('a baseline that is not whole is not compared', () => {
    const cut = (evidence: Evidence, edit: (points: readonly (readonly [number, number])[]) => [number, number][]): Evidence => ({
      ...evidence,
      stages: evidence.stages.map((stage) =>
        editSeries(stage, 'redis.connections', (series) => ({ ...series, points: edit(series.points) })),
      ),
    });
    const gap = cut(run(falling(4)), (points) => points.filter((_, i) => i !== 10).map(([at, n]) => [at, n]));
    expect(verdict(slow, gap)).toMatchObject({ reason: 'no-leak' });
    expect(verdict(slow, gap).details).not.toHaveProperty('differenceGrowth');
    // Nodes that changed in the baseline's own window.
    const changed = run({
      edit: (stage) =>
        editSeries(falling(4).edit(stage), 'redis.connections', (series) =>
          series.dimensions['CacheClusterId'] === 'cache-002' ? { ...series, points: series.points.slice(0, -4) } : series,
        ),
    });
    expect(verdict(slow, changed)).toMatchObject({ reason: 'no-leak' });
  });

  test('needs the load as much as the absolute trend does', () => {
    const spoiled = { ...slow, stages: slow.stages.map((stage) => ({ ...stage, load: stage.load && { ...stage.load, dropped: 1 } })) };
    expect(verdict(spoiled, run(falling(4)))).toMatchObject({ verdict: 'inconclusive', reason: 'load-not-applied' });
  });
});

test('without a baseline nothing is compared, and one that is too short for a trend is none', () => {
  const gate: LeakGate = {
    ...(policy.stages.soak?.gates.find(({ judge }) => judge === 'leak') as LeakGate),
    confidence: 0.95,
    mode: 'enforce',
  };
  const levels = Array.from({ length: 12 }, (_, i): EnvironmentLevel => {
    return { at: i * 5000, environments: 1, connections: 2, fullestNode: 1, perEnvironment: 2 };
  });
  const own = leakTrend(
    levels.map(({ perEnvironment }) => perEnvironment),
    gate,
  );
  const [stage] = run().stages;
  if (stage === undefined) throw new Error('no soak');
  expect(againstBaseline(levels, measured(stage), gate, own)?.difference.rising).toBe(false);
  expect(againstBaseline(levels, unmeasured('baseline-missing', 'none'), gate, own)).toBeNull();
  expect(againstBaseline([...levels, ...levels], measured(stage), gate, own)).toBeNull();
  expect(againstBaseline(levels.slice(0, 4), measured(stage), gate, own)).toBeNull();
});
