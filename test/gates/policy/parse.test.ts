import { parsePolicy } from '../../../src/gates/policy/parse';
import { formatProblems } from '../../../src/gates/policy/problems';
import { NOW, POLICY_FILE, policyText } from '../builders';
import { swap } from '../helpers';
import { withoutFailover } from './policy-edits';

const TEXT = policyText();

/** The problems of an edited policy, as a person reads them. */
function problems(edit: (text: string) => string, now = NOW): string {
  const parsed = parsePolicy(edit(TEXT), POLICY_FILE, now);
  return parsed.ok ? '' : formatProblems(parsed.problems);
}

/** Line and column, from 1, at which a piece of the text begins. */
function placeOf(text: string, piece: string): string {
  const before = text.slice(0, text.indexOf(piece)).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

describe('the shipped policy', () => {
  test('is accepted, with a digest that comments and spelling do not change', () => {
    const digest = (text: string) => {
      const parsed = parsePolicy(text, POLICY_FILE, NOW);
      return parsed.ok ? parsed.digest : formatProblems(parsed.problems);
    };
    expect(digest(TEXT)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(digest(`# another comment\n${swap('max: 0.05 }', 'max: 5% }')(TEXT)}`)).not.toBe(digest(TEXT));
    expect(digest(`# another comment\n${swap('duration: 15m, rampUp: 2m', 'duration: 900s, rampUp: 120s')(TEXT)}`)).toBe(digest(TEXT));
    expect(digest(swap('maxPerEnvironment: 3, minDatapoints', 'maxPerEnvironment: 4, minDatapoints')(TEXT))).not.toBe(digest(TEXT));
  });
});

describe('a problem names file, line, column, path and what would be valid', () => {
  test('an unknown key', () => {
    const edit = swap('growthFloor: 20%', 'growthFlor: 20%');
    expect(problems(edit)).toContain(
      `.github/gates.yaml:${placeOf(edit(TEXT), 'growthFlor:')}: stages.soak.gates[0].growthFlor: unknown key "growthFlor"; did you mean "growthFloor"?`,
    );
    expect(problems(edit)).toContain('stages.soak.gates[0].growthFloor: is missing: expected a percentage such as 20%');
  });

  test('an alias of nothing', () => {
    expect(problems((text) => `${text}\nextra: *nope\n`)).toMatch(/gates\.yaml:1:1: .*nope/);
  });

  test('YAML that does not parse, and a key that stands twice', () => {
    expect(problems((text) => `${text}\n  - {`)).toMatch(/^\.github\/gates\.yaml:\d+:\d+: /);
    const edit = swap('control: {', 'version: 1\ncontrol: {');
    expect(problems(edit)).toBe(
      `.github/gates.yaml:${placeOf(edit(TEXT), 'version: 1\ncontrol')}: the key "version" stands twice in one map\n`,
    );
  });

  test.each<[string, string, string, string]>([
    ['a duplicate gate', 'id: spike-api-5xx', 'id: api-5xx', 'stands twice'],
    ['the id of the load gate', 'id: api-5xx', 'id: load-validity', 'every stage reports its load'],
    ['an unknown judge', 'redis-idle-return, judge: idle-return', 'redis-idle-return, judge: idle-retrun', 'did you mean "idle-return"?'],
    [
      'an unknown metric',
      'of: lambda.throttles, max: 0 }\n      - { id: control',
      'of: lambda.throtles, max: 0 }\n      - { id: control',
      'did you mean "lambda.throttles"?',
    ],
    [
      'the true number of environments',
      'of: lambda.throttles, max: 0 }\n      - { id: control',
      'of: lambda.environmentsStarted, max: 0 }\n      - { id: control',
      'AWS does not have the true number',
    ],
    [
      'a wait for a profile without a load',
      'maxWait: { standard: 15m, incident: 15m }',
      'maxWait: { nightly: 15m }',
      'no load for profile "nightly"',
    ],
    ['an account that is no account', 'period: 60s\n', "period: 60s\n    account: '1234'\n", 'the 12 digits of an account'],
    ['a ledger that is nowhere', 'ledger: { stack: CheckInDelivery }', 'ledger: {}', 'expected { stack } or { bucket }'],
    ['no load generator', 'rate: 60/s, duration: 60s, rampUp: 10s,', 'rate: 60/s, duration: 60s, segments: 0, rampUp: 10s,', '>=1'],
    ['an unknown profile', 'quick: 10s, standard: 5m', 'quik: 10s, standard: 5m', 'did you mean "quick"?'],
    ['an unknown stage', '  canary:', '  cannary:', 'did you mean "canary"?'],
    ['a later key', 'redis-capacity, judge: capacity,', 'redis-capacity, judge: capacity, for: 5m,', 'unknown key "for"'],
    ['a rate without its unit', 'rate: 60/s, duration: 60s', 'rate: 60, duration: 60s', 'expected a rate such as 60/s'],
    ['a duration without its unit', 'duration: 60s, rampUp: 10s', 'duration: 60, rampUp: 10s', 'expected a duration such as'],
    ['a share above 100 %', 'of: api.5xx / api.requests, max: 1%', 'of: api.5xx / api.requests, max: 100%', 'must be below 100%'],
    ['a utilization without its percent sign', 'of: redis.engineCpu, max: 25%', 'of: redis.engineCpu, max: 25', 'did you mean "25%"?'],
    ['a utilization above which nothing is', 'of: redis.engineCpu, max: 25%', 'of: redis.engineCpu, max: 100%', 'must be below 100%'],
    ['a share without its percent sign', 'max: 0.1%, warn: 0.05%', 'max: 0.1%, warn: 5', 'did you mean "5%"?'],
    [
      'an increase of a share that no share can make',
      'id: api-5xx, judge: limit, of: api.5xx / api.requests, max: 0.1%, warn: 0.05%',
      'id: api-5xx, judge: baseline, of: api.5xx / api.requests, maxIncrease: 20%, maxIncreaseAbsolute: 5, max: 0.1%',
      'maxIncreaseAbsolute: must be below 100%: api.5xx / api.requests can never exceed it; did you mean "5%"?',
    ],
    ['a negative limit', 'max: 0.05 }', 'max: -1 }', 'expected a number'],
    ['a warning line above the limit', 'warn: 0.05%', 'warn: 0.5%', 'must be below max'],
    ['a duration for a share', 'max: 0.1%, warn: 0.05%', 'max: 250ms', 'a number or a percentage'],
    [
      'a share for a count',
      'of: lambda.throttles, max: 0 }\n      - { id: control',
      'of: lambda.throttles, max: 1% }\n      - { id: control',
      'is limited by a number',
    ],
    [
      'a number for a latency',
      'of: lambda.throttles, max: 0 }\n      - { id: control',
      'of: api.latencyP95, max: 250 }\n      - { id: control',
      'a duration such as 250ms',
    ],
    [
      'max 0 without minRequests',
      'id: smoke-client-failed, judge: limit, of: client.failed / client.requests, max: 0, minRequests: 30',
      'id: smoke-client-failed, judge: limit, of: client.failed / client.requests, max: 0',
      'how many requests it must have seen',
    ],
    ['observe without until', 'redis-capacity, judge: capacity,', 'redis-capacity, judge: capacity, mode: observe,', 'say until when'],
    [
      'observe until a day that has passed',
      'redis-capacity, judge: capacity,',
      'redis-capacity, judge: capacity, mode: observe, until: 2026-11-23,',
      'was to observe until 2026-11-23',
    ],
    [
      'until without observe',
      'redis-capacity, judge: capacity,',
      'redis-capacity, judge: capacity, until: 2026-12-31,',
      'belongs to mode: observe',
    ],
    [
      'disabled without a reason',
      'redis-capacity, judge: capacity,',
      'redis-capacity, judge: capacity, disabled: "no",',
      'a reason of at least 10 characters',
    ],
    [
      'a canary gate on a shared metric',
      'of: lambda.errors / lambda.invocations, max: 2%',
      'of: api.5xx / api.requests, max: 2%',
      'does not split it by version',
    ],
    [
      'a route of a metric without routes',
      'of: api.5xx / api.requests, max: 1%',
      'of: api.5xx / api.requests, max: 1%, route: "GET /x"',
      'known per route',
    ],
    ['clients over CloudWatch', 'redis.newConnections / api.requests, max: 0.05', 'client.failed / api.requests, max: 0.05', 'cannot mix'],
    [
      'a gauge in a quotient',
      'redis.newConnections / api.requests, max: 0.05',
      'redis.connections / api.requests, max: 0.05',
      'not a counter',
    ],
    ['a leak of something else', 'judge: leak, of: redis.connections', 'judge: leak, of: redis.newConnections', 'reads redis.connections'],
    ['a weight of nothing', 'weight: 50%', 'weight: 0%', 'between 0% and 100%'],
    ['a promotion profile without a stage', 'promotion: { profile: standard', 'promotion: { profile: test', 'promoted without this stage'],
    [
      'a wait for a profile without load',
      'observeAfter: { quick: 5s, standard: 2m }',
      'observeAfter: { quick: 5s, nightly: 2m }',
      'no load for profile "nightly"',
    ],
    ['a period that AWS does not publish', 'period: 60s', 'period: 10s', 'whole minutes'],
    ['a load of no whole periods anywhere', 'rate: 60/s, duration: 60s', 'rate: 60/s, duration: 61s', 'not whole periods'],
    ['half an identity', 'production: { stack: CheckInProduction }', 'production: { apiId: a, alias: b }', 'functionName'],
  ])('%s', (_, from, to, message) => {
    const text = problems(swap(from, to));
    expect(text).toContain(message);
    expect(text).toMatch(/^\.github\/gates\.yaml:\d+:\d+: [a-z]/);
  });

  test('a stage all of whose gates are disabled: it could only block', () => {
    const disabled = (text: string) => text.replaceAll(/(id: smoke-[a-z-]+, judge: [a-z]+,)/g, '$1 disabled: "while we look for it",');
    expect(problems(disabled)).toContain('stages.smoke.gates: every gate of smoke is disabled: enable one, or remove the stage');
    expect(problems(swap('id: smoke-client-failed,', 'id: smoke-client-failed, disabled: "while we look for it",'))).toBe('');
  });

  test('a promotion profile without a load', () => {
    const without = (text: string) => withoutFailover(text).replaceAll(/^ +test: .*\n/gm, '');
    const text = problems((policy) => swap('promotion: { profile: standard', 'promotion: { profile: test')(without(policy)));
    expect(text).toContain('promotion.profile: no stage has a load for profile "test"');
  });

  test('a day counts to its end, and the future is accepted', () => {
    const observe = (until: string) =>
      swap('redis-capacity, judge: capacity,', `redis-capacity, judge: capacity, mode: observe, until: ${until},`);
    expect(problems(observe('2026-11-24'))).toBe('');
    expect(problems(observe('2026-11-24'), new Date('2026-11-25T00:00:00Z'))).toContain('was to observe');
    expect(problems(observe('2026-11-24T11:00:00Z'))).toBe('');
    expect(problems(observe('2026-11-24T09:00:00Z'))).toContain('was to observe');
  });

  test('identities in place of a stack', () => {
    expect(
      problems(swap('staging: { stack: CheckInStaging }', 'staging: { apiId: a, functionName: f, alias: live, replicationGroupId: r }')),
    ).toBe('');
  });

  test('every problem at once, in the order of the file', () => {
    const text = problems((text) => swap('weight: 50%', 'wieght: 50%')(swap('period: 5s', 'perod: 5s')(text)));
    const lines = text
      .trim()
      .split('\n')
      .map((line) => Number(line.split(':')[1]));
    expect(lines.length).toBeGreaterThanOrEqual(4);
    expect(lines).toEqual(lines.toSorted((a, b) => a - b));
  });
});
