import { type LoadPlan, plannedDurationMs } from '../load-plan';
import { unknownName } from '../suggest';
import { type ProfileName, STAGES, type StageName } from '../vocabulary';
import type { Gate } from './gate';
import type { Policy } from './policy';
import type { FailoverLoad, SpikeLoad, SteadyLoad } from './stage';

/** One stage of the policy, resolved for a profile. */
export interface ResolvedStage {
  readonly name: StageName;
  /** Path of the k6 script, as the policy writes it. */
  readonly script: string;
  readonly plan: LoadPlan;
  /** How long to watch after the load; 0 for not at all. */
  readonly observeAfterMs: number;
  readonly reservedConcurrency: number | null;
  /** Canary only: the new version's share of requests, 0 to 1. */
  readonly weight: number | null;
  /** Load generators that share the plan's rate. */
  readonly segments: number;
  /** Canary of production's own clients only: how long to wait for enough of their requests; never less than the plan lasts. */
  readonly maxWaitMs: number;
  /** Canary only. */
  readonly onInconclusive: 'roll-back' | 'hold' | null;
  /** Judged gates with defaults filled in; disabled ones are not among them. */
  readonly gates: readonly Gate[];
}

export type Resolution<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** The profiles that at least one stage has a load for, in the vocabulary's order. */
export function profilesOf(policy: Policy): readonly string[] {
  const names = new Set(Object.values(policy.stages).flatMap((stage) => Object.keys(stage?.load ?? {})));
  return [...names].sort();
}

/** The stages with a load for the profile, in the order in which they run. */
export function stagesOf(policy: Policy, profile: string): readonly StageName[] {
  return STAGES.filter((name) => loadOf(policy, name, profile) !== undefined);
}

/**
 * One stage under one profile.
 * @returns a problem that names the known profiles (or stages) when there is no such load
 */
export function resolveStage(policy: Policy, name: StageName, profile: string): Resolution<ResolvedStage> {
  const stage = policy.stages[name];
  if (stage === undefined) return { ok: false, problem: unknownName('stage', name, Object.keys(policy.stages)) };
  const load = loadOf(policy, name, profile);
  if (load === undefined) return { ok: false, problem: noLoad(policy, name, profile) };
  const canary = policy.stages.canary;
  const plan = 'baselineRate' in load ? spikePlan(load) : steadyPlan(name, load);
  const maxWait = name === 'canary' ? canary?.maxWait?.[profile as ProfileName] : undefined;
  return {
    ok: true,
    value: {
      name,
      script: stage.script,
      plan,
      segments: load.segments ?? 1,
      maxWaitMs: Math.max(maxWait ?? 0, plannedDurationMs(plan)),
      observeAfterMs: ('observeAfter' in stage ? stage.observeAfter?.[profile as ProfileName] : undefined) ?? 0,
      reservedConcurrency: ('reservedConcurrency' in stage ? stage.reservedConcurrency : undefined) ?? null,
      weight: name === 'canary' ? (canary?.weight ?? null) : null,
      onInconclusive: name === 'canary' ? (canary?.onInconclusive ?? 'roll-back') : null,
      gates: gatesOf(policy, name),
    },
  };
}

/** A stage's judged gates with the policy's defaults filled in. */
export function gatesOf(policy: Policy, name: StageName): readonly Gate[] {
  return (policy.stages[name]?.gates ?? []).flatMap((gate) => {
    if (gate.disabled !== undefined) return [];
    const mode = gate.mode ?? policy.defaults?.mode ?? 'enforce';
    const own = 'confidence' in gate ? gate.confidence : undefined;
    return [{ ...gate, mode, confidence: own ?? policy.defaults?.confidence ?? 0.95 } as Gate];
  });
}

function loadOf(policy: Policy, name: StageName, profile: string): SteadyLoad | FailoverLoad | SpikeLoad | undefined {
  const loads: Readonly<Record<string, SteadyLoad | FailoverLoad | SpikeLoad | undefined>> = policy.stages[name]?.load ?? {};
  return Object.hasOwn(loads, profile) ? loads[profile] : undefined;
}

function noLoad(policy: Policy, name: StageName, profile: string): string {
  const known = profilesOf(policy);
  return known.includes(profile) ? `stage ${name} has no load for profile "${profile}"` : unknownName('profile', profile, known);
}

/** Ramp-up, then a constant rate; what comes after the ramp is judged. */
function steadyPlan(stage: StageName, load: SteadyLoad | FailoverLoad): LoadPlan {
  const rampUp = load.rampUp ?? 0;
  const segments = [...(rampUp > 0 ? [{ rate: load.rate, durationMs: rampUp }] : []), { rate: load.rate, durationMs: load.duration }];
  return {
    stage,
    warm: load.warm ?? 0,
    startRate: rampUp > 0 ? 0 : load.rate,
    segments,
    peakRate: load.rate,
    requestTimeoutMs: load.requestTimeout,
    judgedFromMs: rampUp,
    judgedToMs: rampUp + load.duration,
    plateau: null,
    ...('failoverAfter' in load ? { failoverAtMs: load.failoverAfter } : {}),
  };
}

/** Baseline, very fast ramp, short plateau, ramp down, baseline again; all of it is judged. */
function spikePlan(load: SpikeLoad): LoadPlan {
  const segments = [
    { rate: load.baselineRate, durationMs: load.before },
    { rate: load.rate, durationMs: load.rampUp },
    { rate: load.rate, durationMs: load.duration },
    { rate: load.baselineRate, durationMs: load.rampDown },
    { rate: load.baselineRate, durationMs: load.after },
  ];
  const fromMs = load.before + load.rampUp;
  const plan = {
    stage: 'spike' as const,
    warm: load.warm ?? 0,
    startRate: load.baselineRate,
    segments,
    peakRate: Math.max(load.rate, load.baselineRate),
    requestTimeoutMs: load.requestTimeout,
    judgedFromMs: 0,
    judgedToMs: 0,
    plateau: { fromMs, toMs: fromMs + load.duration },
  };
  return { ...plan, judgedToMs: plannedDurationMs(plan) };
}
