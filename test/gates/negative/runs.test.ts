import { evaluate } from '../../../src/gates/evaluate';
import { type Evidence, evidenceSchema, type StageEvidence } from '../../../src/gates/evidence-schema';
import { buildEvidence, policyOf, policyText } from '../builders';
import { load, withStage } from './rows';

const { policy, digest } = policyOf();
const judge = (evidence: Evidence) => evaluate({ evidence, policy, policyDigest: digest, toolVersion: '0.1.0' });
const GOOD = buildEvidence({ policy, stages: ['smoke', 'soak'] });
const soak = (attempt: number, edit: (stage: StageEvidence) => StageEvidence = (stage) => stage): StageEvidence => ({
  ...edit(GOOD.stages[1] as StageEvidence),
  attempt,
});
const withSoaks = (...soaks: readonly StageEvidence[]): Evidence => ({ ...GOOD, stages: [GOOD.stages[0] as StageEvidence, ...soaks] });
const silent = (stage: StageEvidence): StageEvidence => ({ ...stage, series: [] });

test('the run that the others are made of passes', () => {
  expect(judge(GOOD)).toMatchObject({ verdict: 'passed', reason: 'all-gates-passed' });
});

test.each<[string, Evidence, string, string]>([
  ['nothing was planned and nothing ran', { ...GOOD, plannedStages: [], stages: [] }, 'not-run', ''],
  ['a planned stage did not run', { ...GOOD, plannedStages: ['smoke', 'soak', 'spike'] }, 'not-run', 'spike'],
  ['the planned stage ran, under another name', { ...GOOD, stages: GOOD.stages.slice(0, 1) }, 'not-run', 'soak'],
  ['the second attempt left no data, whatever the first said', withSoaks(soak(1), soak(2, silent)), 'metric-missing', 'soak'],
  ['the second attempt was spoiled', withSoaks(soak(1), soak(2, load({ dropped: 1 }))), 'load-not-applied', 'soak'],
  [
    'another load was applied than the policy plans',
    withSoaks(soak(1, (stage) => ({ ...stage, plan: { ...stage.plan, peakRate: 61 } }))),
    'load-not-applied',
    'soak',
  ],
  ['the evidence was made under another profile', { ...GOOD, profile: 'standard' }, 'load-not-applied', 'soak'],
  [
    'the profile has no load for a stage that ran',
    { ...buildEvidence({ policy, stages: ['spike'] }), profile: 'nightly' },
    'load-not-applied',
    'spike',
  ],
  [
    'the release could not be deployed',
    { ...GOOD, fault: { reason: 'deploy-failed', detail: 'The stack rolled back.' } },
    'deploy-failed',
    '',
  ],
  ['somebody stopped the run', { ...GOOD, fault: { reason: 'aborted', detail: '' } }, 'aborted', ''],
  ['a fault claims to be a pass', { ...GOOD, fault: { reason: 'all-gates-passed', detail: '' } }, 'target-failed', ''],
  [
    'one stage has a fault',
    withStage(GOOD, 'smoke', (stage) => ({ ...stage, fault: { reason: 'metrics-late', detail: 'after 30 s' } })),
    'metrics-late',
    'smoke',
  ],
])('%s', (_, evidence, reason, stage) => {
  const report = judge(evidence);
  expect(report).toMatchObject({ verdict: 'inconclusive', reason });
  if (stage !== '') expect(report.stages.find(({ name }) => name === stage)).toMatchObject({ verdict: 'inconclusive' });
});

test('a stage for which the policy has no gate proves nothing, and does not vanish beside those that pass', () => {
  const text = policyText();
  const without = policyOf(text.slice(0, text.indexOf('\n  canary:')).replace(/, hotfix: \{[^}]*\}/, ''));
  const canary = buildEvidence({ policy, stages: ['canary'] }).stages;
  const judged = (stages: readonly StageEvidence[]) =>
    evaluate({ evidence: { ...GOOD, stages: [...GOOD.stages, ...stages] }, policy: without.policy, policyDigest: '', toolVersion: '' });
  expect(judged([]).verdict).toBe('passed');
  expect(judged(canary)).toMatchObject({ verdict: 'inconclusive', reason: 'no-gate', message: expect.stringContaining('no gate') });
});

test('a run in which gates only observed proves nothing, and one in which all are switched off has no policy', () => {
  const smoke = buildEvidence({ policy, stages: ['smoke'] });
  const under = (how: string) => {
    const edited = policyOf(policyText().replaceAll(/(id: smoke-[a-z-]+, judge: [a-z]+,)/g, `$1 ${how},`));
    return evaluate({ evidence: smoke, policy: edited.policy, policyDigest: edited.digest, toolVersion: '0.1.0' });
  };
  expect(under('mode: enforce').verdict).toBe('passed');
  expect(under('mode: observe, until: 2026-12-31')).toMatchObject({ verdict: 'inconclusive', reason: 'no-gate' });
  expect(() => under('disabled: "while we look for the cause"')).toThrow('every gate of smoke is disabled');
});

test('evidence with one attempt twice is no evidence', () => {
  expect(evidenceSchema.safeParse(withSoaks(soak(1), soak(2))).success).toBe(true);
  expect(evidenceSchema.safeParse(withSoaks(soak(1), soak(1))).success).toBe(false);
});

test.each<[string, unknown]>([
  ['a value that is not a number', 'NaN'],
  ['no value', null],
  ['a text', '5'],
])('%s in a file is no evidence', (_, value) => {
  const [first, ...rest] = (GOOD.stages[1] as StageEvidence).series;
  const file = (points: unknown) => ({ ...GOOD, stages: [{ ...GOOD.stages[1], series: [{ ...first, points }, ...rest] }] });
  expect(evidenceSchema.safeParse(file([[5000, 5]])).success).toBe(true);
  expect(evidenceSchema.safeParse(file([[5000, value]])).success).toBe(false);
});
