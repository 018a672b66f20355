import fc from 'fast-check';
import { certainFailures, isCertain } from '../../../src/gates/early/certain';
import type { Series, StageEvidence } from '../../../src/gates/evidence-schema';
import { judgeGate } from '../../../src/gates/judges/judge';
import { measureFloor } from '../../../src/gates/measure/floor';
import { unmeasured } from '../../../src/gates/measure/measured';
import { gatesOf } from '../../../src/gates/policy/resolve';
import { REASONS } from '../../../src/gates/reasons';
import { type Behaviour, buildStage, GOOD, NOW, policyOf, policyText } from '../builders';
import { swap } from '../helpers';
import { judgedShare, scaled, stoppedAt } from './stopped-stage';

/** A fixed seed: a property that fails must fail again. */
const SEED = 20_261_124;
const START = NOW.getTime() + 40_000;
const LEAK = '- { id: redis-connection-leak,';
const MORE = [
  '{ id: x-p95, judge: limit, of: client.p95, max: 100ms }',
  '{ id: x-concurrency, judge: limit, of: lambda.concurrency, max: 8 }',
  '{ id: x-routes, judge: limit, of: client.failed / client.requests per route, max: 0.5% }',
  '{ id: x-for, judge: limit, of: api.latencyP95, max: 100ms, for: 10s }',
  '{ id: x-within, judge: limit, of: api.5xx / api.requests, max: 0.5%, within: 15s }',
  '{ id: x-throttled, judge: limit, of: lambda.throttles / lambda.invocations, max: 0.01 }',
];
const { policy } = policyOf(swap(LEAK, `${MORE.map((gate) => `- ${gate}`).join('\n      ')}\n      ${LEAK}`)(policyText()));

const share = (max: number) => fc.oneof(fc.constant(0), fc.double({ min: 0, max, noNaN: true }));
/** Anything from flawless to broken. */
const behaviour: fc.Arbitrary<Behaviour> = fc
  .record({
    environments: fc.integer({ min: 2, max: 12 }),
    connectionsPerEnvironment: fc.integer({ min: 1, max: 5 }),
    leakPerSecond: share(20),
    newConnectionsPerRequest: share(0.4),
    share5xx: share(0.02),
    clientFailed: share(0.02),
    checksFailed: share(0.02),
    throttlesPerPeriod: fc.constantFrom(0, 0, 1, 5),
    p95: fc.constantFrom(8, 8, 90, 200),
    controlP95: fc.constantFrom(5, 150),
  })
  .map((each) => ({ ...GOOD, ...each }));

const build = (each: Behaviour) => buildStage('soak', each, { policy, profile: 'quick', start: START });

/** A whole stage that begins as one and goes on as another from `atMs` after the first arrival, with so many of the requests planned. */
function continued(first: StageEvidence, then: StageEvidence, atMs: number, applied: number): StageEvidence {
  const cut = START + Math.floor(atMs / 5000) * 5000;
  const done = judgedShare(first.plan, cut - START);
  const splice = ({ points, ...series }: Series, i: number): Series => ({
    ...series,
    points: [...points.filter(([at]) => at < cut), ...(then.series[i]?.points ?? []).filter(([at]) => at >= cut)],
  });
  const routes = first.load?.judged ?? [];
  const judged = routes.map((route, i) => {
    const before = scaled(route, done);
    const after = scaled(then.load?.judged[i] ?? route, (1 - done) * applied);
    return {
      route: route.route,
      requests: before.requests + after.requests,
      failed: before.failed + Math.min(after.failed, after.requests),
      checksFailed: before.checksFailed + Math.min(after.checksFailed, after.requests),
      latency: [...before.latency, ...after.latency],
    };
  });
  return { ...first, load: first.load && { ...first.load, judged }, series: first.series.map(splice) };
}

const judging = (stage: StageEvidence) => ({
  stage,
  policy,
  floor: measureFloor(stage),
  baseline: unmeasured('baseline-missing', 'none'),
});

test('what is certain at a look fails in every continuation of the load', () => {
  const seen = new Map<string, number>();
  const look = fc.constantFrom(25_000, 40_000, 55_000);
  fc.assert(
    fc.property(behaviour, behaviour, look, fc.double({ min: 0.95, max: 1.02, noNaN: true }), (first, then, at, applied) => {
      const whole = build(first);
      const stopped = judging(stoppedAt(whole, at));
      const full = judging(continued(whole, build(then), at, applied));
      for (const gate of gatesOf(policy, 'soak')) {
        if (!isCertain(gate, judgeGate(gate, stopped), stopped)) continue;
        seen.set(gate.id, (seen.get(gate.id) ?? 0) + 1);
        expect([gate.id, REASONS[judgeGate(gate, full).reason].verdict]).toEqual([gate.id, 'failed']);
      }
    }),
    { numRuns: 80, seed: SEED },
  );
  // It says something about these only if it has met them.
  const met = ['redis-connection-leak', 'redis-new-connections', 'redis-capacity', 'api-5xx', 'client-failed', 'lambda-throttles'];
  for (const id of [...met, ...MORE.map((gate) => /id: ([\w-]+)/.exec(gate)?.[1] ?? '')])
    expect([id, seen.get(id) ?? 0]).not.toEqual([id, 0]);
});

test('a healthy release is never stopped, however it scatters within its limits', () => {
  const healthy = fc
    .record({
      environments: fc.integer({ min: 4, max: 9 }),
      connectionsPerEnvironment: fc.constantFrom(1, 2),
      newConnectionsPerRequest: share(0.01),
      share5xx: share(0.0004),
      clientFailed: share(0.0004),
      checksFailed: share(0.0004),
      p95: fc.integer({ min: 3, max: 60 }),
    })
    .map((each) => ({ ...GOOD, ...each }));
  const shipped = policyOf().policy;
  fc.assert(
    fc.property(healthy, fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 60, maxLength: 60 }), (each, noise) => {
      const stage = buildStage('soak', each, { policy: shipped, profile: 'quick', start: START });
      const scattered = {
        ...stage,
        series: stage.series.map((series) =>
          series.metric === 'redis.connections' && series.dimensions['CacheClusterId'] === 'cache-001'
            ? { ...series, points: series.points.map(([at, n], i): [number, number] => [at, n + (noise[i] ?? 0)]) }
            : series,
        ),
      };
      for (const at of [25_000, 40_000, 55_000])
        expect(certainFailures({ stage: stoppedAt(scattered, at), policy: shipped, earlier: [] })).toEqual([]);
    }),
    { numRuns: 20, seed: SEED },
  );
});
