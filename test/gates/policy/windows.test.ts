import { parsePolicy } from '../../../src/gates/policy/parse';
import { formatProblems } from '../../../src/gates/policy/problems';
import { checkReach } from '../../../src/gates/policy/reach';
import type { TargetName } from '../../../src/gates/vocabulary';
import { NOW, POLICY_FILE, policyOf, policyText } from '../builders';
import { swap } from '../helpers';

const REPLACED = '{ id: lambda-throttles, judge: limit, of: lambda.throttles, max: 0 }';
const FAILOVER = /(failover:[\s\S]*?test:) \{.*\}/;

/** The shipped policy with another gate in its soak. */
function withGate(gate: string): string {
  return swap(REPLACED, `{ id: asked, ${gate} }`)(policyText());
}

function problems(text: string): string {
  const parsed = parsePolicy(text, POLICY_FILE, NOW);
  return parsed.ok ? '' : formatProblems(parsed.problems);
}

function reach(text: string, profile = 'quick', target: TargetName = 'twin'): string {
  return formatProblems(checkReach(policyOf(text).policy, profile, target));
}

const BASELINE = 'judge: baseline, of: client.p95, maxIncrease: 20%, maxIncreaseAbsolute: 5ms';

describe('what means nothing is a problem, with its place', () => {
  test.each([
    ['for, misspelt', 'judge: limit, of: lambda.throttles, max: 0, fro: 10s', 'fro: unknown key "fro"; did you mean "for"?'],
    ['within, misspelt', 'judge: limit, of: lambda.throttles, max: 0, withn: 10s', 'withn: unknown key "withn"; did you mean "within"?'],
    ['maxIncrease, misspelt', `${BASELINE}, maxIncreas: 1%`, 'maxIncreas: unknown key "maxIncreas"; did you mean "maxIncrease"?'],
    ['the judge, misspelt', BASELINE.replace('baseline', 'basline'), 'unknown judge "basline"; did you mean "baseline"?'],
    ['for without its unit', 'judge: limit, of: lambda.throttles, max: 0, for: 10', 'for: expected a duration such as'],
    ['both windows', 'judge: limit, of: lambda.throttles, max: 0, for: 10s, within: 10s', 'within: "for" and "within" exclude each other'],
    ['within of a gauge', 'judge: limit, of: redis.connections, max: 9, within: 10s', 'within: only what is counted adds up'],
    ['within of a latency', 'judge: limit, of: client.p95, max: 9ms, within: 10s', 'did you mean "for"?'],
    ['a warning line at the limit, of what lasts', 'judge: limit, of: client.p95, max: 9ms, warn: 9ms, for: 5s', 'warn: must be below max'],
    ['a warning line above it, in a stretch', 'judge: limit, of: lambda.throttles, max: 0, warn: 1, within: 5s', 'warn: must be below max'],
    ['dropped iterations in datapoints', 'judge: limit, of: load.dropped, max: 0, minDatapoints: 3', 'is judged by minRequests'],
    ['a baseline in another unit', BASELINE.replace('5ms', '5'), 'maxIncreaseAbsolute: client.p95 is limited by a duration such as 250ms'],
    ['a limit in another unit', `${BASELINE}, max: 5%`, 'max: client.p95 is limited by a duration such as 250ms'],
    ['a baseline of a share of none', `${proportion('5%')}, max: 0`, 'max: none at all is for a gate of the judge "limit"'],
    ['a share above all', `${proportion('5%')}, max: 100%`, 'must be below 100%'],
    [
      'a gauge in a baseline quotient',
      BASELINE.replace('client.p95', 'redis.connections / api.requests').replace('5ms', '1'),
      'not a counter',
    ],
    ['four datapoints', `${BASELINE}, minDatapoints: 4`, 'at least 5 datapoints a side'],
    ['observing without an end', `${BASELINE}, mode: observe`, 'observes without "until"'],
    ['observing until yesterday', `${BASELINE}, mode: observe, until: 2026-11-23`, 'was to observe until 2026-11-23'],
    ['switched off without a reason', `${BASELINE}, disabled: "no"`, 'a reason of at least 10 characters'],
  ])('%s', (_, gate, message) => {
    const text = problems(withGate(gate));
    expect(text).toContain(message);
    expect(text).toMatch(/^\.github\/gates\.yaml:\d+:\d+: stages\.soak\.gates\[\d+\]/);
  });

  test.each([
    'judge: limit, of: redis.connections, max: 9, for: 10s',
    'judge: limit, of: client.failed / client.requests per route, max: 1%, within: 30s',
    BASELINE,
    `${BASELINE}, max: 50ms, minDatapoints: 20, confidence: 0.99, mode: observe, until: 2026-12-31`,
    `${proportion('5%')}, max: 1%`,
    BASELINE.replace('client.p95', 'redis.connections').replace('5ms', '2'),
    BASELINE.replace('client.p95', 'redis.newConnections / api.requests').replace('5ms', '0.01'),
  ])('%s is accepted', (gate) => {
    expect(problems(withGate(gate))).toBe('');
  });

  test('a canary has no baseline: what production did before is not the same load', () => {
    const gate = '{ id: canary-errors, judge: limit, of: lambda.errors / lambda.invocations, max: 2%, minRequests: 100 }';
    expect(problems(swap(gate, `{ id: canary-errors, ${BASELINE.replace('client.p95', 'lambda.durationP95')} }`)(policyText()))).toContain(
      'a canary cannot be judged by "baseline"',
    );
  });

  test('the primary is lost while the load is constant', () => {
    const failover = (load: string) => problems(policyText().replace(FAILOVER, `$1 { rate: 20/s, requestTimeout: 5s, ${load} }`));
    expect(failover('duration: 20s, failoverAfter: 5s')).toBe('');
    expect(failover('duration: 20s, failoverAfter: 20s')).toContain('failoverAfter: must lie inside the load, which lasts 20 s');
    expect(failover('duration: 20s, rampUp: 5s, failoverAfter: 7s')).toContain('failoverAfter: must be 8 s or later');
    expect(failover('duration: 20s, failoverAftr: 5s')).toContain('did you mean "failoverAfter"?');
  });

  function proportion(absolute: string): string {
    return BASELINE.replace('client.p95', 'api.5xx / api.requests').replace('5ms', absolute);
  }
});

describe('checkReach knows what a gate needs of its load', () => {
  test('a stretch that the judged window does not hold', () => {
    const gate = (window: string) => withGate(`judge: limit, of: lambda.throttles, max: 0, ${window}`);
    expect(reach(gate('for: 61s'))).toContain(
      'for: stages.soak.load.quick judges 60 s, which holds no stretch of 65 s: a duration of 65 s would hold one',
    );
    expect(reach(gate('within: 2m'))).toContain('within: stages.soak.load.quick judges 60 s');
    expect(reach(gate('for: 60s'))).toBe('');
    expect(reach(withGate('judge: limit, of: client.p95, max: 90ms, for: 61s'))).toContain('holds no stretch of 61 s');
  });

  test('requests in every stretch: a rate or a stretch that would do, and either does', () => {
    const gate = (window: string) => withGate(`judge: limit, of: api.5xx / api.requests, max: 1%, ${window}`);
    expect(reach(gate('within: 5s'))).toContain(
      'within: the gate "asked" needs 300 requests in every stretch (plan 5 % more, because a load counts as applied from 95 % of its ' +
        'plan), stages.soak.load.quick plans 300 in the thinnest 5 s: a rate of 64/s or a stretch of 10s would reach it',
    );
    expect(reach(gate('within: 10s'))).toBe('');
    const rate = (perSecond: number) => swap('rate: 60/s, duration: 60s', `rate: ${perSecond}/s, duration: 60s`)(gate('within: 5s'));
    expect([reach(rate(63)) === '', reach(rate(64)) === '']).toEqual([false, true]);
  });

  test("a spike's thin ends: its baseline is what has to be higher", () => {
    const gate = '{ id: spike-client-failed, judge: limit, of: client.failed / client.requests, max: 1% }';
    const spike = (window: string, baseline = '10/s') =>
      swap(
        '{ baselineRate: 10/s, before: 5s,',
        `{ baselineRate: ${baseline}, before: 5s,`,
      )(swap(gate, gate.replace(' }', `, minRequests: 57, ${window} }`))(policyText()));
    expect(reach(spike('within: 4s'))).toContain('plans 40 in the thinnest 4 s: a baselineRate of 15/s or a stretch of 6s would reach it');
    expect([reach(spike('within: 4s', '15/s')), reach(spike('within: 6s'))]).toEqual(['', '']);
    expect(reach(spike('within: 5s'))).not.toBe('');
  });

  test("the clients' p95 needs its requests too", () => {
    const slow = swap('rate: 60/s, duration: 60s', 'rate: 60/m, duration: 30s')(withGate('judge: limit, of: client.p95, max: 90ms'));
    expect(reach(slow)).toContain('the gate "asked" needs 40 requests');
  });

  test('a baseline needs five datapoints a side, or as many as it says, and its absolute limit the requests', () => {
    const cpu = BASELINE.replace('client.p95', 'redis.engineCpu').replace('5ms', '5%');
    expect(reach(withGate(cpu))).toBe('');
    expect(reach(withGate(`${cpu}, minDatapoints: 13`))).toContain('gives 12 datapoints of 5 s, the gate needs 13: a duration of 65 s');
    expect(reach(withGate(`${BASELINE}, minDatapoints: 61`))).toContain('gives 60 datapoints of 1 s, the gate needs 61');
    const share = 'judge: baseline, of: client.failed / client.requests, maxIncrease: 0%, maxIncreaseAbsolute: 0.1%';
    expect(reach(withGate(`${share}, max: 0.05%`))).toContain('the gate "asked" needs 6000 requests');
    expect(reach(withGate(`${share}, minDatapoints: 13`))).toContain('gives 12 datapoints of 5 s');
  });

  test('recovery: what is normal takes time before, and a recovery time after', () => {
    expect(reach(swap('before: 5s, rampUp: 1s', 'before: 2s, rampUp: 4s')(policyText()))).toContain('leaves 2 s before the plateau');
    const failover = policyText().replace(FAILOVER, '$1 { rate: 60/s, duration: 20s, failoverAfter: 8s, requestTimeout: 5s }');
    expect(reach(failover, 'test')).toContain('ends 12 s after the failover; recovery within 10 s needs 13 s');
    expect(reach(policyText(), 'test')).toBe('');
  });

  test('no primary is taken away on AWS', () => {
    const minutes = policyText().replace(FAILOVER, '$1 { rate: 60/s, duration: 60s, failoverAfter: 5s, requestTimeout: 5s }');
    expect(reach(minutes, 'test', 'aws')).toContain(
      'stages.failover.load.test: the target "aws" has no failover stage: no node is taken away there; choose a profile without this stage',
    );
  });
});
