import { findMetric } from '../catalogue';
import { formatDuration, formatPercent } from '../format';
import { generatorProblem } from '../generators';
import { minRequestsOf, RATE_SHARE, RECOVERY_HOLD_MS } from '../judges/rules';
import { type LoadPlan, plannedDurationMs, plannedIterations } from '../load-plan';
import { unknownName } from '../suggest';
import { PROFILES, type StageName, TARGETS, type TargetName } from '../vocabulary';
import type { Gate, LimitGate } from './gate';
import { originOf } from './origin';
import type { Policy } from './policy';
import { type Finding, locate, type Path, type PolicyProblem } from './problems';
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
    ...generatorFindings(policy, profile, target),
    ...resolvedStages(policy, profile).flatMap((stage) =>
      stage.gates.flatMap((gate) => gateFindings(stage, gate, period, gatePath(policy, stage.name, gate.id), profile)),
    ),
  ];
}

/** CodeDeploy goes on by itself: a canary that is left without a verdict would be promoted. */
function holdFindings(policy: Policy, target: TargetName): Finding[] {
  if (target !== 'aws' || policy.stages.canary?.onInconclusive !== 'hold') return [];
  const message = 'cannot be "hold" on the target "aws": CodeDeploy does not wait, so a canary without a verdict is rolled back';
  return [{ path: ['stages', 'canary', 'onInconclusive'], message }];
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

function gateFindings(stage: ResolvedStage, gate: Gate, period: number, path: Path, profile: string): Finding[] {
  const load = `stages.${stage.name}.load.${profile}`;
  const judgedMs = stage.plan.judgedToMs - stage.plan.judgedFromMs;
  if (gate.judge === 'limit' && gate.of.denominator !== null) return requestFindings(stage, gate, period, path, load);
  if ((gate.judge === 'leak' || gate.judge === 'limit') && gate.minDatapoints !== undefined) {
    const points = Math.floor(judgedMs / period);
    if (points >= gate.minDatapoints) return [];
    const needed = formatDuration(gate.minDatapoints * period);
    return [
      {
        path: [...path, 'minDatapoints'],
        message: `${load} gives ${points} datapoints of ${formatDuration(period)}, the gate needs ${gate.minDatapoints}: a duration of ${needed} would give them`,
      },
    ];
  }
  if (gate.judge === 'idle-return' && stage.observeAfterMs === 0) {
    return [{ path, message: `idle-return is judged after the load: say how long with stages.${stage.name}.observeAfter.${profile}` }];
  }
  if (gate.judge === 'recovery' && stage.plan.plateau !== null) {
    const left = stage.plan.judgedToMs - stage.plan.plateau.toMs;
    const needed = gate.max + RECOVERY_HOLD_MS;
    if (left < needed)
      return [
        {
          path: [...path, 'max'],
          message: `${load} ends ${formatDuration(left)} after the plateau; recovery within ${formatDuration(gate.max)} needs ${formatDuration(needed)}`,
        },
      ];
  }
  return [];
}

function requestFindings(stage: ResolvedStage, gate: LimitGate, period: number, path: Path, load: string): Finding[] {
  const { plan } = stage;
  const share = stage.weight !== null && findMetric(gate.of.numerator)?.byVersion === true ? stage.weight : 1;
  const planned = judgedIterations(plan) * share;
  const minimum = minRequestsOf(gate);
  // A load counts as applied from this share of its plan on: one that just does must still give a verdict.
  const needed = minimum / RATE_SHARE;
  if (planned >= needed - 1e-6) return [];
  // Iterations grow in a straight line with the peak rate, and with the time at the peak.
  const perRate = (judgedIterations(faster(plan)) - judgedIterations(plan)) * share;
  const rate = Math.ceil(plan.peakRate + (needed - planned) / perRate - 1e-6);
  const atPeak = plan.segments.findLast((segment) => segment.rate === plan.peakRate)?.durationMs ?? 0;
  const enoughMs = atPeak + ((needed - planned) / (plan.peakRate * share)) * 1000;
  const seconds = (Math.ceil(enoughMs / period - 1e-6) * period) / 1000;
  const margin = `${formatPercent(1 - RATE_SHARE)} more, because a load counts as applied from ${formatPercent(RATE_SHARE)} of its plan`;
  const message = `the gate "${gate.id}" needs ${minimum} requests (plan ${margin}), ${load} plans ${Math.floor(planned)}: a rate of ${rate}/s or a duration of ${seconds}s would reach it`;
  return [{ path, message }];
}

function judgedIterations(plan: LoadPlan): number {
  return plannedIterations(plan, plan.judgedFromMs, plan.judgedToMs);
}

/** The same plan with one more request per second at its peak. */
function faster(plan: LoadPlan): LoadPlan {
  return {
    ...plan,
    startRate: plan.startRate === plan.peakRate ? plan.startRate + 1 : plan.startRate,
    segments: plan.segments.map((segment) => (segment.rate === plan.peakRate ? { ...segment, rate: segment.rate + 1 } : segment)),
  };
}
