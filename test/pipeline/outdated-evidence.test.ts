import { outdatedBy } from '../../src/pipeline/outdated-evidence';
import { buildEvidence, policyOf, policyText } from '../gates/builders';
import { swap } from '../gates/helpers';

const evidence = buildEvidence();
const under = (edit: (text: string) => string) => outdatedBy(policyOf(edit(policyText())).policy, evidence);

test('evidence serves a policy that asks nothing new of it', () => {
  expect(under((text) => text)).toBeNull();
  expect(under(swap('maxPerEnvironment: 3, minDatapoints', 'maxPerEnvironment: 1, minDatapoints'))).toBeNull();
});

test('another load asks for a new run', () => {
  expect(under(swap('quick:    { rate: 60/s, duration: 60s', 'quick:    { rate: 61/s, duration: 60s'))).toContain('another load for soak');
  expect(under(swap('standard: { rate: 60/s, duration: 15m', 'standard: { rate: 61/s, duration: 15m'))).toBeNull();
});

test('so does a metric that was not collected, and only then', () => {
  const without = {
    ...evidence,
    stages: evidence.stages.map((stage) => ({ ...stage, series: stage.series.filter(({ metric }) => metric !== 'lambda.throttles') })),
  };
  expect(outdatedBy(policyOf().policy, without)).toContain('lambda.throttles in ');
  const broken = without.stages.map((stage) => ({ ...stage, fault: { reason: 'target-failed', detail: 'x' } }));
  expect(outdatedBy(policyOf().policy, { ...without, stages: broken })).toBeNull();
});

test('a canary is made anew anyway', () => {
  const canary = buildEvidence({ stages: ['canary'] });
  const changed = { ...canary, stages: canary.stages.map((stage) => ({ ...stage, plan: { ...stage.plan, peakRate: 1 } })) };
  expect(outdatedBy(policyOf().policy, changed)).toBeNull();
});
