import { canaryTiming } from '../../infra/tier/canary-timing';
import { canaryLimits, tierLimits } from '../../infra/tier/limits';
import { environmentsOf, throttleOf } from '../../infra/tier/load-bounds';
import { profilesOf, resolveStage } from '../../src/gates/policy/resolve';
import { policyWith } from './synthesized';

describe('what CodeDeploy is told of a canary', () => {
  const WAIT = 'maxWait: { standard: 15m }';
  const DEADLINE = 'deadline: 8m';

  test('15 minutes of waiting, 8 of settling, 10 to spare', () => {
    expect(canaryTiming(policyWith())).toEqual({ percentage: 50, minutes: 33 });
  });

  test.each([
    ['a longer wait for requests', [[WAIT, 'maxWait: { standard: 2h }']], { percentage: 50, minutes: 138 }],
    ['a wait of another profile', [[WAIT, 'maxWait: { standard: 15m, quick: 30m }']], { percentage: 50, minutes: 48 }],
    ['none at all: the load counts', [[WAIT, '']], { percentage: 50, minutes: 23 }],
    ['slower metrics', [[DEADLINE, 'deadline: 20m']], { percentage: 50, minutes: 45 }],
    ['seconds are rounded up', [[DEADLINE, 'deadline: 481s']], { percentage: 50, minutes: 34 }],
    ['another share', [['weight: 50%', 'weight: 5%']], { percentage: 5, minutes: 33 }],
  ] as const)('%s', (_, replacements, expected) => {
    expect(canaryTiming(policyWith(...replacements))).toEqual(expected);
  });

  test.each(['1m', '7m', '45m', '3h'])('is never over before a canary of %s can have been judged', (wait) => {
    const policy = policyWith([WAIT, `maxWait: { standard: ${wait} }`]);
    const waits = profilesOf(policy).map((profile) => {
      const canary = resolveStage(policy, 'canary', profile);
      return canary.ok ? canary.value.maxWaitMs : 0;
    });
    const needed = Math.max(...waits) + (policy.targets.aws?.settle?.deadline ?? Number.NaN) + 600_000;
    expect(canaryTiming(policy).minutes * 60_000).toBeGreaterThanOrEqual(needed);
  });

  test.each([
    ['a share that CodeDeploy does not know', 'weight: 50%', 'weight: 2.5%', /weight: CodeDeploy takes whole percents, not 2\.5/],
    ['a canary of three days', WAIT, 'maxWait: { standard: 72h }', /2880 minutes at most/],
  ])('%s is refused', (_, from, to, message) => {
    expect(() => canaryTiming(policyWith([from, to]))).toThrow(message);
  });
});

describe('what a tier is built for', () => {
  test('staging has the environments of its largest stage, production those of its peak', () => {
    const policy = policyWith(['reservedConcurrency: 10', 'reservedConcurrency: 40']);
    expect(environmentsOf(policyWith(), 'staging')).toBe(20);
    expect(environmentsOf(policy, 'staging')).toBe(40);
    expect(environmentsOf(policy, 'production')).toBe(1000);
  });

  test('the gateway lets through more than any stage sends', () => {
    expect(throttleOf(policyWith(), 'staging')).toEqual({ rateLimit: 200, burstLimit: 100 });
    expect(throttleOf(policyWith(['rate: 100/s', 'rate: 900/s']), 'staging').rateLimit).toBe(1800);
    expect(throttleOf(policyWith(), 'production').rateLimit).toBe(10_000);
  });
});

describe('limits that alarms are made of', () => {
  const textsOf = (limits: ReturnType<typeof tierLimits>) => limits.map(({ of, max }) => `${of.text} > ${max}`);

  test('the enforced gates on metrics that AWS has, the most lenient of each', () => {
    expect(textsOf(tierLimits(policyWith()))).toEqual([
      'redis.newConnections / api.requests > 0.05',
      'redis.connectionsPerNode > 52000',
      'api.5xx / api.requests > 0.01',
      'lambda.throttles > 0',
      'redis.engineCpu > 0.9',
      'redis.replicationLag > 10000',
    ]);
    expect(textsOf(canaryLimits(policyWith()))).toEqual([
      'lambda.errors / lambda.invocations > 0.02',
      'runtime.responses5xx / runtime.responses > 0.02',
    ]);
  });

  test('what is tolerated while a primary is lost on purpose raises none', () => {
    const stage = `  failover:
    script: k6/soak.ts
    load: { test: { rate: 20/s, duration: 20s, failoverAfter: 5s, requestTimeout: 5s } }
    gates:
      - { id: failover-5xx, judge: limit, of: api.5xx / api.requests, max: 50% }

  canary:`;
    expect(textsOf(tierLimits(policyWith(['  canary:', stage])))).toEqual(textsOf(tierLimits(policyWith())));
  });

  test("a gate's limit on the engine under a stage's load is none for production's", () => {
    const gate = '      - { id: engine, judge: limit, of: redis.engineCpu, max: 25% }\n';
    const policy = policyWith(['      - { id: client-failed,', `${gate}      - { id: client-failed,`]);
    expect(textsOf(tierLimits(policy))).toEqual(textsOf(tierLimits(policyWith())));
  });

  test.each([
    ['only observes', 'mode: observe, until: 2026-12-31'],
    ['is switched off', 'disabled: "measured elsewhere for now"'],
  ])('a gate that %s makes none', (_, keys) => {
    const policy = policyWith(
      ['{ id: lambda-throttles,', `{ id: lambda-throttles, ${keys},`],
      ['{ id: spike-throttles,', `{ id: spike-throttles, ${keys},`],
    );
    expect(textsOf(tierLimits(policy)).join()).not.toContain('lambda.throttles');
  });
});
