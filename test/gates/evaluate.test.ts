import { canonicalJson, digestOf } from '../../src/gates/canonical';
import { evaluateStage } from '../../src/gates/evaluate-stage';
import { evidenceSchema } from '../../src/gates/evidence-schema';
import { gateReportSchema } from '../../src/gates/report-schema';
import { buildEvidence, policyOf } from './builders';
import { gateOf, judge, judgeEvidence, stageOf, swap } from './helpers';

describe('the gate report', () => {
  test('fits its schema, and the evidence too, for good and bad releases', () => {
    for (const all of [{}, { leakPerSecond: 60 }, { load: { dropped: 3 } }]) {
      const evidence = buildEvidence({ all, stages: ['smoke', 'soak', 'spike', 'canary'] });
      expect(evidenceSchema.parse(evidence)).toEqual(evidence);
      const report = judgeEvidence(evidence);
      expect(gateReportSchema.parse(report)).toEqual(report);
    }
  });

  test('is the same bytes again from evidence that was saved and read', () => {
    const evidence = buildEvidence({ all: { leakPerSecond: 0.37, share5xx: 0.0007 } });
    const again = evidenceSchema.parse(JSON.parse(canonicalJson(evidence)));
    expect(canonicalJson(judgeEvidence(again))).toBe(canonicalJson(judgeEvidence(evidence)));
  });

  test('carries every digest that it was drawn from', () => {
    const evidence = buildEvidence();
    const { digest } = policyOf();
    expect(judgeEvidence(evidence)).toMatchObject({
      policy: { digest },
      evidence: { digest: digestOf(canonicalJson(evidence)) },
      release: evidence.release,
      toolVersion: '0.1.0',
      promotion: { state: 'not-asked', from: null, to: null },
    });
  });

  test('a good release passes in every stage', () => {
    const report = judge({ stages: ['smoke', 'soak', 'spike', 'canary'] });
    expect(report).toMatchObject({ verdict: 'passed', reason: 'all-gates-passed' });
    expect(report.message).toBe('Passed: all 28 gates of smoke, soak, spike, canary passed.');
    expect(report.stages.map(({ name, tier }) => [name, tier])).toEqual([
      ['smoke', 'staging'],
      ['soak', 'staging'],
      ['spike', 'staging'],
      ['canary', 'production'],
    ]);
  });

  test("the incident's release fails by its leak, and the report says where to look", () => {
    const report = judge({
      stages: ['smoke', 'soak'],
      planned: ['smoke', 'soak', 'spike'],
      only: { soak: { leakPerSecond: 60, leakCeiling: 1100, share5xx: 0.4, clientFailed: 0.5, newConnectionsPerRequest: 1 } },
    });
    expect(report).toMatchObject({ verdict: 'failed', reason: 'gates-failed' });
    expect(report.message).toMatch(
      /^Failed in soak\. redis-connection-leak: Environments held up to 277 connections each, limit 3 .* 5 more gates failed\.$/,
    );
    expect(report.notes).toContainEqual(expect.stringMatching(/^Redis path: /));
    expect(stageOf(report, 'spike').reason).toBe('not-run');
  });

  test('when the control route fails with the others it is the host or the platform', () => {
    const report = judge({ only: { soak: { clientFailed: 0.5, controlFailed: 0.5 } } });
    expect(report.notes).toContainEqual(expect.stringMatching(/^Host or platform: /));
  });

  test('an error listener hides 5XX, not the leak', () => {
    const report = judge({ only: { soak: { leakPerSecond: 60, leakCeiling: 674, share5xx: 0.0006 } } });
    expect(gateOf(report, 'api-5xx').verdict).toBe('passed');
    expect(report.verdict).toBe('failed');
  });

  test('crossed thresholds of k6 are a note and nothing else', () => {
    const report = judge({ only: { soak: { load: { exitCode: 99, thresholdsFailed: ['http_req_failed'] } } } });
    expect(report.verdict).toBe('passed');
    expect(report.notes.join()).toContain('http_req_failed');
  });
});

describe('modes', () => {
  const observe = swap('judge: leak, of', 'judge: leak, mode: observe, until: 2026-12-31, of');
  // The level of three connections per environment, below what idle-return and capacity object to.
  const leaky = { only: { soak: { connectionsPerEnvironment: 4 } } };

  test('observe never changes the verdict, and is never silent', () => {
    expect(judge(leaky)).toMatchObject({ verdict: 'failed' });
    const report = judge(leaky, observe);
    expect(report.verdict).toBe('passed');
    expect(gateOf(report, 'redis-connection-leak')).toMatchObject({ mode: 'observe', verdict: 'failed' });
    expect(report.notes.join()).toContain('Only observed, not counted in the verdict: redis-connection-leak in soak failed.');
  });

  test('a disabled gate is not judged, and the report says so', () => {
    const report = judge(leaky, swap('judge: leak, of', 'judge: leak, disabled: "replaced by the nightly soak", of'));
    expect(report.verdict).toBe('passed');
    expect(report.stages.flatMap(({ gates }) => gates).map(({ id }) => id)).not.toContain('redis-connection-leak');
    expect(report.notes).toContain('The gate redis-connection-leak of soak is disabled: replaced by the nightly soak');
  });

  test('a run in which only observed gates were judged does not pass', () => {
    const observed = (text: string) => text.replaceAll(/(id: smoke-[a-z-]+, judge: limit,)/g, '$1 mode: observe, until: 2026-12-31,');
    expect(judge({ stages: ['smoke'] }, observed)).toMatchObject({ verdict: 'inconclusive', reason: 'no-gate' });
    expect(judge({ stages: ['smoke', 'soak'] }, observed).verdict).toBe('passed');
  });

  test('the default mode and confidence are used where a gate has none', () => {
    const some = (text: string) =>
      swap(
        'defaults: { mode: enforce, confidence: 0.95 }',
        'defaults: { mode: observe, confidence: 0.95 }',
      )(text)
        .replaceAll(/judge: (limit|leak|idle-return|recovery|capacity),/g, 'judge: $1, until: 2026-12-31,')
        .replace('judge: capacity, until: 2026-12-31,', 'judge: capacity, mode: enforce,');
    expect(judge({ stages: ['soak'], all: { leakPerSecond: 0.5 } }, some).verdict).toBe('passed');
    const unsure = swap('confidence: 0.95 }', 'confidence: 0.999 }');
    const eight = { only: { soak: { clientFailed: 4 / 1200 } } };
    expect([judge(eight).verdict, judge(eight, unsure).verdict]).toEqual(['failed', 'inconclusive']);
  });
});

describe('order of verdicts', () => {
  test('failed before inconclusive before passed, across gates and stages', () => {
    const broken = { load: { dropped: 1 } };
    expect(judge({ only: { spike: broken } }).verdict).toBe('inconclusive');
    expect(judge({ only: { spike: broken, soak: { throttlesPerPeriod: 2 } } })).toMatchObject({
      verdict: 'failed',
      reason: 'gates-failed',
    });
  });

  test('stage by stage gives what the whole run gives', () => {
    const evidence = buildEvidence({ only: { soak: { leakPerSecond: 60 } } });
    const { policy } = policyOf();
    const one = evidence.stages.map((stage, i) => evaluateStage({ stage, policy, earlier: evidence.stages.slice(0, i) }));
    expect(one).toEqual(judgeEvidence(evidence).stages);
  });
});
