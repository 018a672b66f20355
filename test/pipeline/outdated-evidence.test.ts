import type { Evidence, StageEvidence } from '../../src/gates/evidence-schema';
import { outdatedBy } from '../../src/pipeline/outdated-evidence';
import { buildEvidence, policyOf, policyText } from '../gates/builders';
import { judgeEvidence, swap } from '../gates/helpers';

const evidence = buildEvidence();
const under = (edit: (text: string) => string, of: Evidence = evidence) => {
  const given = policyOf(edit(policyText()));
  return outdatedBy(given.policy, { evidence: of, report: judgeEvidence(of, given) });
};
const same = (text: string): string => text;
const soakOf = (edit: (stage: StageEvidence) => StageEvidence): Evidence => ({
  ...evidence,
  stages: evidence.stages.map((stage) => (stage.name === 'soak' ? edit(stage) : stage)),
});

test('evidence serves a policy that asks nothing new of it', () => {
  expect(under(same)).toBeNull();
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
  expect(under(same, without)).toContain('lambda.throttles in ');
  const broken = without.stages.map((stage) => ({ ...stage, fault: { reason: 'target-failed', detail: 'x' } }));
  expect(under(same, { ...without, stages: broken })).toBeNull();
});

test('a canary is made anew anyway', () => {
  const canary = buildEvidence({ stages: ['canary'] });
  const changed = { ...canary, stages: canary.stages.map((stage) => ({ ...stage, plan: { ...stage.plan, peakRate: 1 } })) };
  expect(under(same, changed)).toBeNull();
});

test.each<[string, (text: string) => string, string]>([
  [
    'a longer watch after the load',
    swap('observeAfter: { quick: 10s', 'observeAfter: { quick: 20s'),
    'watches 20 s after the load in soak',
  ],
  ['no watch any more', swap('observeAfter: { quick: 5s, ', 'observeAfter: { '), 'does not watch after the load in spike'],
  ['another reservation', swap('reservedConcurrency: 10\n', 'reservedConcurrency: 5\n'), 'reserves 5 environments in soak'],
  ['other periods', swap('twin:\n    period: 5s', 'twin:\n    period: 1s'), 'periods of 1 s in smoke'],
  [
    'a stage that it has no more',
    (text) => text.replace(/^ {2}spike:\n[\s\S]*?(?=^ {2}failover:\n)/m, ''),
    'no spike for the profile quick',
  ],
])('%s asks for a new run', (_, edit, words) => {
  expect(under(edit)).toContain(words);
});

test('a reservation is the tier’s own on AWS, and a stopped load is not watched afterwards', () => {
  const aws = { ...evidence, target: 'aws' as const };
  const reserved = swap('reservedConcurrency: 10\n', 'reservedConcurrency: 5\n');
  const minutes = { ...aws, stages: aws.stages.map((stage) => ({ ...stage, periodSeconds: 60 })) };
  expect(under(reserved, minutes) ?? '').not.toContain('reserves');
  const stopped = { look: 0.25, at: evidence.finishedAt, gates: ['redis-connection-leak'] };
  expect(
    under(
      same,
      soakOf((stage) => ({ ...stage, after: null, stopped })),
    ),
  ).toBeNull();
  expect(
    under(
      same,
      soakOf((stage) => ({ ...stage, after: null })),
    ),
  ).toContain('after the load');
});

test('another script asks for a new run; evidence that names none was made before scripts were kept', () => {
  const scripted = soakOf((stage) => ({ ...stage, script: { path: 'k6/soak.ts' } }));
  const other = swap('script: k6/soak.ts', 'script: k6/other.ts');
  expect(under(same, scripted)).toBeNull();
  expect(under(other, scripted)).toContain('another script (k6/other.ts, not k6/soak.ts) in soak');
  expect(under(other)).toBeNull();
});

test('an attempt that the report does not rest on is past', () => {
  const old = soakOf((stage) => ({ ...stage, plan: { ...stage.plan, peakRate: 61 } })).stages.filter(({ name }) => name === 'soak');
  const again = evidence.stages.map((stage) => (stage.name === 'soak' ? { ...stage, attempt: 2 } : stage));
  expect(under(same, { ...evidence, stages: [...old, ...again] })).toBeNull();
  expect(under(same, { ...evidence, stages: [...old, ...evidence.stages.filter(({ name }) => name !== 'soak')] })).toContain(
    'another load',
  );
});
