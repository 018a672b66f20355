import fc from 'fast-check';
import type { Verdict } from '../../src/gates/vocabulary';
import { type Behaviour, buildEvidence, policyOf } from './builders';
import { gateOf, judgeEvidence } from './helpers';

/** A fixed seed: a property that fails must fail again. */
const RUNS = { numRuns: 15, seed: 20_261_124 };
const policy = policyOf();
const RANK: Readonly<Record<Verdict, number>> = { passed: 0, inconclusive: 1, failed: 2 };

function verdict(id: string, soak: Partial<Behaviour>): number {
  return RANK[gateOf(judgeEvidence(buildEvidence({ policy: policy.policy, stages: ['soak'], only: { soak } }), policy), id).verdict];
}

describe('a worse observation never improves a verdict', () => {
  const pair = (max: number) => fc.tuple(fc.nat({ max }), fc.nat({ max })).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

  test.each<[string, number, (value: number) => Partial<Behaviour>]>([
    ['api-5xx', 100, (value) => ({ share5xx: value / 3600 })],
    ['client-failed', 40, (value) => ({ clientFailed: value / 1200 })],
    ['client-checks', 40, (value) => ({ checksFailed: value / 1200 })],
    ['redis-new-connections', 100, (value) => ({ newConnectionsPerRequest: value / 100 })],
    ['redis-capacity', 100, (value) => ({ connectionsPerEnvironment: 2 * value })],
    ['redis-connection-leak', 100, (value) => ({ leakPerSecond: value / 50 })],
    ['redis-idle-return', 100, (value) => ({ leakPerSecond: value / 50 })],
    ['lambda-throttles', 20, (value) => ({ throttlesPerPeriod: value })],
  ])('%s', (id, max, behaviour) => {
    fc.assert(
      fc.property(pair(max), ([better, worse]) => {
        expect(verdict(id, behaviour(better))).toBeLessThanOrEqual(verdict(id, behaviour(worse)));
      }),
      RUNS,
    );
  });
});
