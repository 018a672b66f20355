import { formatDuration } from '../format';
import { generatorProblem } from '../generators';
import { plannedDurationMs } from '../load-plan';
import { unknownName } from '../suggest';
import { PROFILES, type StageName, TARGETS, type TargetName } from '../vocabulary';
import { originOf } from './origin';
import type { Policy } from './policy';
import { type Finding, locate, type Path, type PolicyProblem } from './problems';
import { gateFindings } from './reach-gate';
import { profilesOf, type ResolvedStage, resolveStage, stagesOf } from './resolve';

/**
 * Whether the load that a profile plans can bring every gate to a verdict on a target; asked before any load runs.
 * @returns problems that name the rate or the duration that would do
 */
export function checkReach(policy: Policy, profile: string, target: TargetName): readonly PolicyProblem[] {
  return locate(reachFindings(policy, profile, target), originOf(policy));
}

/** Every profile's stages are whole periods on at least one declared target, or the profile could never be judged. */
export function checkPeriods(policy: Policy): Finding[] {
  const targets = TARGETS.filter((target) => policy.targets[target] !== undefined);
  return PROFILES.flatMap((profile) => {
    const perTarget = targets.map((target) => periodFindings(policy, profile, target));
    const fewest = perTarget.toSorted((a, b) => a.length - b.length)[0] ?? [];
    return perTarget.some((findings) => findings.length === 0) ? [] : fewest;
  });
}

function reachFindings(policy: Policy, profile: string, target: TargetName): Finding[] {
  const period = policy.targets[target]?.period;
  if (period === undefined) return [{ path: ['targets'], message: `the policy does not declare the target "${target}"` }];
  if (stagesOf(policy, profile).length === 0) return [{ path: ['stages'], message: unknownName('profile', profile, profilesOf(policy)) }];
  return [
    ...periodFindings(policy, profile, target),
    ...holdFindings(policy, target),
    ...failoverFindings(policy, profile, target),
    ...generatorFindings(policy, profile, target),
    ...resolvedStages(policy, profile).flatMap((stage) =>
      stage.gates.flatMap((gate) => {
        const path = gatePath(policy, stage.name, gate.id);
        const place = { stage, period, path, profile, control: policy.control !== undefined };
        return gateFindings(gate, place);
      }),
    ),
  ];
}

/** CodeDeploy goes on by itself: a canary that is left without a verdict would be promoted. */
function holdFindings(policy: Policy, target: TargetName): Finding[] {
  if (target !== 'aws' || policy.stages.canary?.onInconclusive !== 'hold') return [];
  const message = 'cannot be "hold" on the target "aws": CodeDeploy does not wait, so a canary without a verdict is rolled back';
  return [{ path: ['stages', 'canary', 'onInconclusive'], message }];
}

/** What is taken away on the twin is its own; on AWS it would be a node that others use. */
function failoverFindings(policy: Policy, profile: string, target: TargetName): Finding[] {
  if (target !== 'aws' || !stagesOf(policy, profile).includes('failover')) return [];
  const message = 'the target "aws" has no failover stage: no node is taken away there; choose a profile without this stage';
  return [{ path: ['stages', 'failover', 'load', profile], message }];
}

/** On the twin the sending machine is the one that is sent to: how much it bears is seen there. A canary on AWS has clients of its own. */
function generatorFindings(policy: Policy, profile: string, target: TargetName): Finding[] {
  if (target !== 'aws') return [];
  return resolvedStages(policy, profile).flatMap((stage) => {
    const message = stage.name === 'canary' ? null : generatorProblem(stage);
    return message === null ? [] : [{ path: ['stages', stage.name, 'load', profile], message }];
  });
}

function resolvedStages(policy: Policy, profile: string): ResolvedStage[] {
  return stagesOf(policy, profile).flatMap((name) => {
    const resolved = resolveStage(policy, name, profile);
    return resolved.ok ? [resolved.value] : [];
  });
}

function gatePath(policy: Policy, stage: StageName, id: string): Path {
  return ['stages', stage, 'gates', policy.stages[stage]?.gates.findIndex((gate) => gate.id === id) ?? 0];
}

function periodFindings(policy: Policy, profile: string, target: TargetName): Finding[] {
  const period = policy.targets[target]?.period ?? 1;
  const whole = (ms: number) => ms % period === 0;
  const rule = `whole periods of ${formatDuration(period)} on the target "${target}"`;
  return resolvedStages(policy, profile).flatMap(({ name, plan, observeAfterMs }): Finding[] => {
    const path = ['stages', name, 'load', profile];
    const total = plannedDurationMs(plan);
    const next = Math.ceil(total / period) * period;
    return [
      ...(whole(total)
        ? []
        : [{ path, message: `the load lasts ${formatDuration(total)}, which is not ${rule}; ${formatDuration(next)} would be` }]),
      ...(whole(plan.judgedFromMs) ? [] : [{ path: [...path, 'rampUp'], message: `must be ${rule}: judging begins after it` }]),
      ...(whole(observeAfterMs) ? [] : [{ path: ['stages', name, 'observeAfter', profile], message: `must be ${rule}` }]),
    ];
  });
}
