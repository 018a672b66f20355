import { parse, stringify } from 'yaml';
import { plannedDurationMs } from '../../../src/gates/load-plan';
import { parsePolicy } from '../../../src/gates/policy/parse';
import { checkReach } from '../../../src/gates/policy/reach';
import { resolveStage, stagesOf } from '../../../src/gates/policy/resolve';
import { NOW, policyOf, policyText } from '../builders';
import { edited } from './policy-edits';

const { policy } = policyOf();
const MINUTE_MS = 60_000;

test.each([
  ['standard', 'aws', ['smoke', 'soak', 'spike', 'canary']],
  ['nightly', 'aws', ['smoke', 'soak']],
  ['nightly', 'twin', ['smoke', 'soak']],
  ['incident', 'aws', ['smoke', 'soak', 'canary']],
  ['incident', 'twin', ['smoke', 'soak', 'canary']],
  ['test', 'twin', ['smoke', 'failover', 'canary']],
] as const)('the profile %s reaches its gates on %s', (profile, target, stages) => {
  expect(stagesOf(policy, profile)).toEqual(stages);
  expect(checkReach(policy, profile, target)).toEqual([]);
});

test('the nightly soak is two hours at the rate of the promotion', () => {
  expect(soakOf('nightly').judgedMs).toBe(120 * MINUTE_MS);
  expect(soakOf('nightly').rate).toBe(soakOf('standard').rate);
});

test('a fix is asked for a quarter of an hour on staging, and no shorter soak would do', () => {
  const { hotfix } = policy.promotion;
  const stages = stagesOf(policy, hotfix?.profile ?? '').filter((name) => name !== 'canary');
  const ms = stages.map((name) => {
    const stage = resolveStage(policy, name, 'incident');
    return stage.ok ? plannedDurationMs(stage.value.plan) + stage.value.observeAfterMs : Number.NaN;
  });
  expect(ms.reduce((sum, each) => sum + each, 0)).toBe(14 * MINUTE_MS);
  const shorter = policyOf(policyText().replace('incident: { rate: 60/s, duration: 10m', 'incident: { rate: 60/s, duration: 9m'));
  expect(checkReach(shorter.policy, 'incident', 'aws')).toMatchObject([{ path: 'stages.soak.gates[0].minDatapoints' }]);
});

test.each([
  ['no stage on staging', { profile: 'nightlie' }, /unknown profile/],
  ['a profile that only the canary has', { profile: 'test' }, /no stage on staging has a load for profile "test"/],
  ['a profile that the canary lacks', { profile: 'nightly' }, /has no load for promotion\.hotfix\.profile "nightly"/],
])('a hotfix lane with %s is refused', (_, { profile }, message) => {
  const raw = ['stages.failover', 'stages.smoke.load.test'].reduce((each, at) => edited(each, at, undefined), parse(policyText()));
  const parsed = parsePolicy(stringify(edited(raw, 'promotion.hotfix.profile', profile)), 'gates.yaml', NOW);
  expect(parsed.ok ? '' : parsed.problems.map((problem) => problem.message).join('\n')).toMatch(message);
});

function soakOf(profile: string): { readonly judgedMs: number; readonly rate: number } {
  const soak = resolveStage(policy, 'soak', profile);
  if (!soak.ok) throw new Error(soak.problem);
  const { judgedFromMs, judgedToMs, peakRate } = soak.value.plan;
  return { judgedMs: judgedToMs - judgedFromMs, rate: peakRate };
}
