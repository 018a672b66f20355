import { evaluateStage } from '../../../src/gates/evaluate-stage';
import type { StageEvidence } from '../../../src/gates/evidence-schema';
import type { StageReport } from '../../../src/gates/report-schema';
import { type Behaviour, buildEvidence, buildStage, GOOD, NOW, policyOf, policyText } from '../builders';
import { judgeEvidence, stageOf, swap } from '../helpers';
import { stoppedAt } from './stopped-stage';

const START = NOW.getTime() + 40_000;
const INCIDENT = { leakPerSecond: 60, newConnectionsPerRequest: 1 };

function verdict(behaviour: Partial<Behaviour>, change = (stage: StageEvidence) => stage, edit = (text: string) => text): StageReport {
  const { policy } = policyOf(edit(policyText()));
  const stage = buildStage('soak', { ...GOOD, ...behaviour }, { policy, profile: 'quick', start: START });
  return evaluateStage({ stage: change(stoppedAt(stage, 27_300)), policy, earlier: [] });
}

const reasons = ({ gates }: StageReport) => Object.fromEntries(gates.map(({ id, reason }) => [id, reason]));

test('the gates that were certain to fail fail again from the evidence alone; the others reach no verdict', () => {
  const report = verdict(INCIDENT);
  expect(report).toMatchObject({ verdict: 'failed', reason: 'gates-failed', stopped: { look: 0.25, afterSeconds: 27, savedSeconds: 43 } });
  expect(reasons(report)).toMatchObject({
    'load-validity': 'load-applied',
    'redis-connection-leak': 'leak-level',
    'redis-new-connections': 'above-limit',
    'redis-capacity': 'over-capacity',
    'redis-idle-return': 'stopped-early',
    'api-5xx': 'stopped-early',
    'lambda-throttles': 'stopped-early',
  });
});

test('a good release whose load was stopped is never passed, whatever stopped it', () => {
  expect(verdict({})).toMatchObject({ verdict: 'inconclusive', reason: 'stopped-early' });
  const { policy } = policyOf();
  const { soak } = policy.stages;
  const gates = (soak?.gates ?? []).map((gate) => ({ ...gate, mode: 'observe' as const }));
  const observing = { ...policy, stages: { ...policy.stages, soak: soak && { ...soak, gates } } };
  const stage = stoppedAt(buildStage('soak', GOOD, { policy, profile: 'quick', start: START }), 27_300);
  expect(evaluateStage({ stage, policy: observing, earlier: [] })).toMatchObject({ verdict: 'inconclusive', reason: 'stopped-early' });
});

test('a gate that only fails on this part of the load does not fail', () => {
  // 5 of some 900 requests: surely above 0.1 % now, but not if the other 2,700 are good.
  const report = verdict({ clientFailed: 0.005, ...INCIDENT });
  expect(reasons(report)).toMatchObject({ 'client-failed': 'stopped-early' });
  expect(report.gates.find(({ id }) => id === 'client-failed')?.message).toContain('Measured until then:');
});

test.each<[string, Partial<Behaviour>]>([
  ['whose machine was short of CPU', { load: { cpuPressure: 99 } }],
  ['that did not reach its rate', { load: { achievedRate: 30 } }],
])('a stopped load %s fails only what does not depend on the load', (_, doubt) => {
  const report = verdict({ ...INCIDENT, ...doubt });
  expect(reasons(report)).toMatchObject({
    'load-validity': 'load-not-applied',
    'redis-connection-leak': 'leak-level',
    'redis-new-connections': 'load-not-applied',
  });
});

test('a load that somebody interrupted is aborted, not stopped early', () => {
  const report = verdict(INCIDENT, ({ stopped: _, ...stage }) => stage);
  expect(reasons(report)).toMatchObject({ 'load-validity': 'aborted', 'redis-new-connections': 'load-not-applied' });
});

test('the report of the run says what stopped it and what that saved', () => {
  const { policy } = policyOf();
  const evidence = buildEvidence({ policy, stages: ['smoke', 'soak'], planned: ['smoke', 'soak', 'spike'], only: { soak: INCIDENT } });
  const stages = evidence.stages.map((stage) => (stage.name === 'soak' ? stoppedAt(stage, 27_300) : stage));
  const report = judgeEvidence({ ...evidence, stages });
  expect(report.verdict).toBe('failed');
  expect(report.message).toMatch(
    /^Failed in soak\. redis-connection-leak: .* The load was stopped at 25 % of the soak, .* saved 43 s of load\.$/,
  );
  expect(stageOf(report, 'spike').reason).toBe('not-run');
});

test('under another policy that the evidence does not fail, a stopped load has no verdict', () => {
  const lenient = (text: string) =>
    swap(
      'maxPerEnvironment: 3, minDatapoints',
      'maxPerEnvironment: 9999, minDatapoints',
    )(
      text
        .replace('api.requests, max: 0.05', 'api.requests, max: 99')
        .replace('cacheMaxConnectionsPerNode: 65000', 'cacheMaxConnectionsPerNode: 65000000'),
    );
  expect(verdict(INCIDENT, (stage) => stage, lenient)).toMatchObject({ verdict: 'inconclusive', reason: 'stopped-early' });
});
