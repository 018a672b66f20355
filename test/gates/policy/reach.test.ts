import { plannedDurationMs, plannedIterations } from '../../../src/gates/load-plan';
import { formatProblems } from '../../../src/gates/policy/problems';
import { checkReach } from '../../../src/gates/policy/reach';
import { resolveStage, stagesOf } from '../../../src/gates/policy/resolve';
import { policyOf, policyText } from '../builders';
import { gateOf, judge, swap } from '../helpers';

function reach(edit: (text: string) => string = (text) => text, profile = 'quick', target: 'twin' | 'aws' = 'twin'): string {
  return formatProblems(checkReach(policyOf(edit(policyText())).policy, profile, target));
}

describe('checkReach', () => {
  test('the shipped policy reaches every verdict where it is used', () => {
    expect(reach()).toBe('');
    expect(reach((text) => text, 'standard', 'twin')).toBe('');
    expect(reach((text) => text, 'standard', 'aws')).toBe('');
  });

  test('minutes cannot judge five-second stages', () => {
    expect(reach((text) => text, 'quick', 'aws')).toContain('not whole periods of 60 s on the target "aws"; 60 s would be');
  });

  test('names the rate or the duration that would reach n, and either does', () => {
    const short = (text: string) => swap('rate: 60/s, duration: 60s', 'rate: 40/s, duration: 60s')(text);
    const text = reach(short);
    expect(text).toContain(
      'the gate "api-5xx" needs 3000 requests (plan 5 % more, because a load counts as applied from 95 % of its plan), ' +
        'stages.soak.load.quick plans 2400: a rate of 53/s or a duration of 80s would reach it',
    );
    expect(reach(swap('rate: 60/s, duration: 60s', 'rate: 53/s, duration: 60s'))).toBe('');
    expect(reach(swap('rate: 60/s, duration: 60s', 'rate: 40/s, duration: 80s'))).toBe('');
    expect(reach(swap('rate: 60/s, duration: 60s', 'rate: 52/s, duration: 60s'))).not.toBe('');
  });

  test('a plan of exactly as many requests as the gate needs is refused: one arrival less would be no verdict', () => {
    expect(reach(swap('rate: 60/s, duration: 60s', 'rate: 50/s, duration: 60s'))).toContain('needs 3000 requests');
  });

  test('a spike whose peak is too low', () => {
    const text = reach(swap('rate: 50/s, duration: 6s', 'rate: 15/s, duration: 6s'));
    const rate = /a rate of (\d+)\/s/.exec(text)?.[1] ?? '';
    const at = (peak: number) => reach(swap('rate: 50/s, duration: 6s', `rate: ${peak}/s, duration: 6s`));
    expect(Number(rate)).toBeGreaterThan(15);
    expect(at(Number(rate))).toBe('');
    expect(at(Number(rate) - 1)).not.toBe('');
  });

  test("a canary counts only the new version's share", () => {
    expect(reach(swap('weight: 50%', 'weight: 10%'))).toContain('canary-errors');
    expect(reach(swap('weight: 50%', 'weight: 36%'))).toBe('');
  });

  test("a canary counts the previous version's share as well: without its requests there is no verdict", () => {
    expect(reach(swap('weight: 50%', 'weight: 90%'))).toContain('canary-errors');
    expect(reach(swap('weight: 50%', 'weight: 64%'))).toBe('');
  });

  test('a leak gate that no trend could ever fail is refused, with the duration that would do', () => {
    const sure = (confidence: number, more = (text: string) => text) =>
      reach((text) => more(swap('minDatapoints: 10 }', `minDatapoints: 5, confidence: ${confidence} }`)(text)));
    const short = (seconds: number) => swap('rate: 60/s, duration: 60s', `rate: 180/s, duration: ${seconds}s`);
    expect(sure(0.99, short(25))).toContain(
      'gives 5 datapoints of 5 s, the gate needs 6: a duration of 30 s would give them, for no trend',
    );
    expect(sure(0.99, short(30))).toBe('');
    expect(sure(0.999, short(30))).toContain('soak.gates[0].confidence');
    expect(sure(0.95, short(25))).toBe('');
  });

  test('nor does one pass that had fewer datapoints than any trend needs', () => {
    const edit = swap('maxPerEnvironment: 3, minDatapoints: 10 }', 'maxPerEnvironment: 30, minDatapoints: 5, confidence: 0.9999999 }');
    const leak = gateOf(judge({ stages: ['soak'], all: { leakPerSecond: 0.5 } }, edit), 'redis-connection-leak');
    expect(leak).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-datapoints', n: 12 });
    expect(leak.message).toContain('are needed for a trend');
  });

  test('a gate per route, or of one route, has at most half of the requests where the policy has a control route', () => {
    const perRoute = (text: string) =>
      swap(
        'id: client-failed, judge: limit, of: client.failed / client.requests, max',
        'id: client-failed, judge: limit, of: client.failed / client.requests per route, max',
      )(text);
    expect(reach(perRoute)).toContain('needs 3000 requests');
    expect(reach(perRoute)).toContain('plans 1800 for a route that shares the load with one other: a rate of 106/s');
    expect(reach((text) => swap('rate: 60/s, duration: 60s', 'rate: 106/s, duration: 60s')(perRoute(text)))).toBe('');
    expect(reach(swap('route: "GET /health", max: 1%', 'route: "GET /health", max: 0.1%'))).toContain('control-route');
    expect(reach((text) => swap('control: { route: "GET /health" }', '')(perRoute(text)))).toBe('');
  });

  test('datapoints, the wait after the load, and the time to recover', () => {
    expect(reach(swap('minDatapoints: 10', 'minDatapoints: 13'))).toContain(
      'gives 12 datapoints of 5 s, the gate needs 13: a duration of 65 s',
    );
    expect(reach(swap('observeAfter: { quick: 10s, ', 'observeAfter: { '))).toContain('observeAfter.quick');
    expect(reach(swap('max: 5s, tolerance', 'max: 6s, tolerance'))).toContain('recovery within 6 s needs 9 s');
  });

  test('no canary is held on AWS, where CodeDeploy would go on by itself', () => {
    const held = swap('onInconclusive: roll-back', 'onInconclusive: hold');
    expect(reach(held)).toBe('');
    expect(reach(held, 'standard', 'aws')).toContain('CodeDeploy does not wait');
  });

  test('a canary waits for its clients as long as the policy says, never less than its plan', () => {
    const maxWait = (text: string) => {
      const resolved = resolveStage(policyOf(text).policy, 'canary', 'standard');
      return resolved.ok ? resolved.value.maxWaitMs : resolved.problem;
    };
    expect(maxWait(policyText())).toBe(15 * 60_000);
    expect(maxWait(swap('maxWait: { standard: 15m', 'maxWait: { standard: 2m')(policyText()))).toBe(5 * 60_000);
  });

  test('names the known profiles', () => {
    expect(reach((text) => text, 'quik')).toContain('did you mean "quick"?');
    expect(reach((text) => text, 'x'.repeat(30))).toContain('known: incident, nightly, quick, standard');
    expect(reach((text) => text, 'toString')).toContain('unknown profile');
  });
});

describe('resolveStage', () => {
  const { policy } = policyOf();
  const plan = (stage: 'smoke' | 'soak' | 'spike' | 'canary', profile = 'quick') => {
    const resolved = resolveStage(policy, stage, profile);
    if (!resolved.ok) throw new Error(resolved.problem);
    return resolved.value;
  };

  test('stages come in the order in which they run', () => {
    expect(stagesOf(policy, 'quick')).toEqual(['smoke', 'soak', 'spike', 'canary']);
    expect(stagesOf(policy, 'nightly')).toEqual(['smoke', 'soak']);
    expect(stagesOf(policy, 'test')).toEqual(['smoke', 'failover', 'canary']);
  });

  test('a soak ramps up and is judged after the ramp', () => {
    const { plan: soak, observeAfterMs, reservedConcurrency } = plan('soak');
    expect(soak).toMatchObject({
      startRate: 0,
      judgedFromMs: 10_000,
      judgedToMs: 70_000,
      peakRate: 60,
      warm: 0,
      requestTimeoutMs: 5000,
      plateau: null,
    });
    expect(plannedIterations(soak, soak.judgedFromMs, soak.judgedToMs)).toBe(3600);
    expect([observeAfterMs, reservedConcurrency]).toEqual([10_000, 10]);
  });

  test('smoke has no ramp', () => {
    expect(plan('smoke').plan).toMatchObject({ startRate: 10, warm: 4, judgedFromMs: 0, segments: [{ rate: 10, durationMs: 5000 }] });
  });

  test('a spike is baseline, ramp, plateau, ramp down and baseline', () => {
    const { plan: spike } = plan('spike');
    expect(spike.segments.map(({ rate, durationMs }) => [rate, durationMs])).toEqual([
      [10, 5000],
      [50, 1000],
      [50, 6000],
      [10, 1000],
      [10, 7000],
    ]);
    expect(spike).toMatchObject({
      startRate: 10,
      peakRate: 50,
      plateau: { fromMs: 6000, toMs: 12_000 },
      judgedFromMs: 0,
      judgedToMs: 20_000,
    });
    expect(plannedDurationMs(spike)).toBe(20_000);
  });

  test('a canary has its weight and what to do without a verdict', () => {
    expect(plan('canary')).toMatchObject({ weight: 0.5, onInconclusive: 'roll-back' });
    const hold = resolveStage(policyOf(swap('onInconclusive: roll-back', 'onInconclusive: hold')(policyText())).policy, 'canary', 'quick');
    expect(hold.ok && hold.value.onInconclusive).toBe('hold');
    expect(plan('soak')).toMatchObject({ weight: null, onInconclusive: null });
  });

  test('unknown profiles and stages are problems, not empty plans', () => {
    expect(resolveStage(policy, 'soak', 'quik')).toEqual({ ok: false, problem: 'unknown profile "quik"; did you mean "quick"?' });
    expect(resolveStage(policy, 'failover', 'quick').ok).toBe(false);
  });
});
