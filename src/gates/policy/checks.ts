import { formatDuration } from '../format';
import { RECOVERY_BEFORE_MS } from '../judges/rules';
import { PROFILES, STAGES, type StageName } from '../vocabulary';
import { checkLimits } from './checks-limits';
import { checkSubject } from './checks-subject';
import { LOAD_VALIDITY_ID, type PolicyGate } from './gate';
import type { Policy } from './policy';
import type { Finding, Path } from './problems';
import { stagesOf } from './resolve';

/** Rules that need more than one value at a time. @param now for `observe` gates whose `until` has passed */
export function checkPolicy(policy: Policy, now: Date): Finding[] {
  return [...checkGates(policy, now), ...checkTargets(policy), ...checkProfiles(policy), ...checkFailover(policy)];
}

function checkGates(policy: Policy, now: Date): Finding[] {
  const seen = new Set<string>([LOAD_VALIDITY_ID]);
  let enforced = 0;
  const findings = STAGES.flatMap((stage) =>
    (policy.stages[stage]?.gates ?? []).flatMap((gate, index) => {
      const path = ['stages', stage, 'gates', index];
      const duplicate = seen.has(gate.id) ? [{ path: [...path, 'id'], message: duplicateId(gate.id) }] : [];
      seen.add(gate.id);
      if (gate.disabled === undefined && mode(policy, gate) === 'enforce') enforced += 1;
      return [...duplicate, ...checkMode(policy, gate, path, now), ...checkSubject(gate, stage, path), ...checkLimits(gate, path)];
    }),
  ).concat(STAGES.flatMap((stage) => checkJudged(policy, stage)));
  return enforced > 0 ? findings : [...findings, { path: ['stages'], message: 'no gate is enforced: such a policy lets everything pass' }];
}

/** A stage that no gate judges could only ever block: it proves nothing, however well it runs. */
function checkJudged({ stages }: Policy, stage: StageName): Finding[] {
  const gates = stages[stage]?.gates ?? [];
  if (gates.length === 0 || gates.some(({ disabled }) => disabled === undefined)) return [];
  const message = `every gate of ${stage} is disabled: enable one, or remove the stage (or its load for a profile) until there is something to judge`;
  return [{ path: ['stages', stage, 'gates'], message }];
}

const duplicateId = (id: string) =>
  id === LOAD_VALIDITY_ID ? `"${id}" is the name under which every stage reports its load` : `the gate "${id}" stands twice`;
const mode = (policy: Policy, gate: PolicyGate) => gate.mode ?? policy.defaults?.mode ?? 'enforce';

function checkMode(policy: Policy, gate: PolicyGate, path: Path, now: Date): Finding[] {
  if (mode(policy, gate) === 'enforce') {
    return gate.until === undefined ? [] : [{ path: [...path, 'until'], message: '"until" belongs to mode: observe' }];
  }
  if (gate.until === undefined) return [{ path, message: `the gate "${gate.id}" observes without "until": say until when` }];
  // A day counts to its end.
  const end = Date.parse(gate.until.length === 10 ? `${gate.until}T23:59:59.999Z` : gate.until);
  return end < now.getTime()
    ? [{ path: [...path, 'until'], message: `the gate "${gate.id}" was to observe until ${gate.until}: enforce it or set a new day` }]
    : [];
}

function checkTargets(policy: Policy): Finding[] {
  const { twin, aws } = policy.targets;
  const findings: Finding[] = [];
  if (twin === undefined && aws === undefined) findings.push({ path: ['targets'], message: 'name at least one target: twin or aws' });
  if (aws !== undefined && aws.period % 60_000 !== 0) {
    findings.push({
      path: ['targets', 'aws', 'period'],
      message: 'AWS publishes these metrics once a minute: the period must be whole minutes',
    });
  }
  if (twin !== undefined && twin.period % 1000 !== 0)
    findings.push({ path: ['targets', 'twin', 'period'], message: 'must be whole seconds' });
  for (const [name, target] of Object.entries(policy.targets)) {
    if (target?.settle && target.settle.poll > target.settle.deadline) {
      findings.push({ path: ['targets', name, 'settle', 'poll'], message: 'must not be longer than the deadline' });
    }
  }
  return findings;
}

function checkProfiles(policy: Policy): Finding[] {
  const { profile, hotfix } = policy.promotion;
  const judged = stagesOf(policy, profile);
  const findings: Finding[] = [];
  if (judged.length === 0) findings.push({ path: ['promotion', 'profile'], message: `no stage has a load for profile "${profile}"` });
  if (hotfix !== undefined && stagesOf(policy, hotfix.profile).every((stage) => stage === 'canary')) {
    findings.push({
      path: ['promotion', 'hotfix', 'profile'],
      message: `no stage on staging has a load for profile "${hotfix.profile}": a fix would be promoted unseen`,
    });
  }
  for (const stage of STAGES) {
    const declared = policy.stages[stage];
    if (declared === undefined) continue;
    const profiles = PROFILES.filter((name) => declared.load[name] !== undefined);
    // A failover is asked for on the twin only: the profile that promotes on AWS cannot have one.
    if (stage !== 'failover' && profiles.length > 0 && declared.load[profile] === undefined && judged.length > 0) {
      findings.push({
        path: ['stages', stage, 'load'],
        message: `has no load for promotion.profile "${profile}": releases would be promoted without this stage`,
      });
    }
    if (stage === 'canary' && hotfix !== undefined && profiles.length > 0 && declared.load[hotfix.profile] === undefined) {
      const message = `has no load for promotion.hotfix.profile "${hotfix.profile}": a fix could be qualified, but never promoted`;
      findings.push({ path: ['stages', stage, 'load'], message });
    }
    if (profiles.length === 0) findings.push({ path: ['stages', stage, 'load'], message: 'a stage needs a load for at least one profile' });
    findings.push(...unknownProfiles(stage, 'observeAfter', 'observeAfter' in declared ? declared.observeAfter : undefined, profiles));
    findings.push(...unknownProfiles(stage, 'maxWait', 'maxWait' in declared ? declared.maxWait : undefined, profiles));
  }
  return findings;
}

/** The primary is lost while the load is constant: there is something before it to compare with, and load after it. */
function checkFailover(policy: Policy): Finding[] {
  return Object.entries(policy.stages.failover?.load ?? {}).flatMap(([profile, load]) => {
    if (load === undefined) return [];
    const { rampUp = 0, duration, failoverAfter } = load;
    const path = ['stages', 'failover', 'load', profile, 'failoverAfter'];
    const first = rampUp + RECOVERY_BEFORE_MS;
    if (failoverAfter >= rampUp + duration)
      return [{ path, message: `must lie inside the load, which lasts ${formatDuration(rampUp + duration)}` }];
    if (failoverAfter >= first) return [];
    return [
      {
        path,
        message: `must be ${formatDuration(first)} or later: to know what is normal takes ${formatDuration(RECOVERY_BEFORE_MS)} of constant load`,
      },
    ];
  });
}

/** Times for profiles that the stage has no load for would never be waited. */
function unknownProfiles(stage: StageName, key: string, times: object | undefined, profiles: readonly string[]): Finding[] {
  return Object.keys(times ?? {})
    .filter((name) => !profiles.includes(name))
    .map((name) => ({ path: ['stages', stage, key, name], message: `the stage has no load for profile "${name}"` }));
}
