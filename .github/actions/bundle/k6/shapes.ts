import type { Options, Scenario } from 'k6/options';
import { LOAD_ENV } from '../src/contract.ts';
import type { LoadPlan } from '../src/gates/load-plan.ts';

/** How much load there is and when: a plan becomes k6's options. What a client does is in scenarios/. */

/** What a script exports that makes its `options` of the policy's load: no entry is made around it (src/pipeline/k6-entry.ts). */
export const appliesPolicyLoad = true;

export interface Load {
  readonly plan: LoadPlan;
  readonly baseUrl: string;
  /** Epoch milliseconds of the plan's start; null when nobody waits for an exact start. */
  readonly startAt: number | null;
  /** Generators that share the plan, this one included. */
  readonly generators: number;
  /** Region that requests are signed for; null when strangers are let in. */
  readonly signingRegion: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** k6's shortest scenario duration. */
const SECOND_MS = 1000;

/** How long before the plan's start the warm requests are sent, ms: one period of the shortest kind, so that no other one sees them. */
export function warmLeadMs(plan: LoadPlan): number {
  return plan.warm > 0 ? SECOND_MS : 0;
}

/**
 * VUs for the worst case, every request taking the whole time-out: a slow release cannot cause a dropped iteration.
 * k6 shares them among its execution segments and rounds down: one that got none would send nothing, without a word.
 * @returns for all generators together: as many for each, and enough for each.
 */
export function preallocatedVUs(plan: LoadPlan, generators = 1): number {
  const busy = plan.peakRate * (plan.requestTimeoutMs / 1000) * 1.2;
  return generators * Math.max(1, Math.ceil(busy / generators - 1e-9));
}

/**
 * k6 takes whole numbers per time unit only.
 * @returns seconds of the smallest time unit in which every rate of the plan is whole.
 * @throws Error when a rate has more than two decimals and no whole number per minute.
 */
export function timeUnitSeconds(rates: readonly number[]): number {
  for (const seconds of [1, 10, 60, 100]) {
    if (rates.every((rate) => Math.abs(rate * seconds - Math.round(rate * seconds)) < 1e-6)) return seconds;
  }
  throw new Error(`The rates ${rates.join(', ')} per second have too many decimals for k6.`);
}

function loadScenario(plan: LoadPlan, generators: number): Scenario {
  const unit = timeUnitSeconds([plan.startRate, ...plan.segments.map((segment) => segment.rate)]);
  return {
    executor: 'ramping-arrival-rate',
    startTime: `${warmLeadMs(plan)}ms`,
    startRate: Math.round(plan.startRate * unit),
    timeUnit: `${unit}s`,
    preAllocatedVUs: preallocatedVUs(plan, generators),
    gracefulStop: `${plan.requestTimeoutMs + SECOND_MS}ms`,
    stages: plan.segments.map(({ rate, durationMs }) => ({ target: Math.round(rate * unit), duration: `${durationMs}ms` })),
  };
}

function warmScenario(plan: LoadPlan): Scenario {
  return {
    executor: 'per-vu-iterations',
    exec: 'wake',
    vus: plan.warm,
    iterations: 1,
    maxDuration: `${Math.max(SECOND_MS, plan.requestTimeoutMs)}ms`,
    gracefulStop: '0s',
  };
}

/**
 * The options of a run: `load`, and before it `warm` where the plan wakes environments.
 * @param waitMs how long setup() may have to wait for the start, milliseconds.
 * @param generators that share the plan: the same options for all of them, k6 takes the share of its execution segment.
 */
export function optionsFor(plan: LoadPlan, waitMs = 0, generators = 1): Options {
  const load = loadScenario(plan, generators);
  return {
    scenarios: plan.warm > 0 ? { warm: warmScenario(plan), load } : { load },
    setupTimeout: `${Math.max(0, Math.ceil(waitMs)) + 30 * SECOND_MS}ms`,
    discardResponseBodies: false,
    summaryTrendStats: ['count', 'min', 'med', 'p(90)', 'p(95)', 'p(99)', 'max'],
  };
}

/**
 * The load that the environment asks for, or a small one of its own when the script runs alone.
 * @throws Error when BASE_URL is not given.
 */
export function loadFrom(environment: Environment, fallback: LoadPlan): Load {
  const baseUrl = environment[LOAD_ENV.baseUrl];
  if (!baseUrl) throw new Error(`Say where the API is: -e ${LOAD_ENV.baseUrl}=http://host:port`);
  const plan = environment[LOAD_ENV.plan];
  const startAt = environment[LOAD_ENV.startAt];
  return {
    plan: plan ? (JSON.parse(plan) as LoadPlan) : fallback,
    baseUrl: baseUrl.replace(/\/+$/, ''),
    startAt: startAt ? Number(startAt) : null,
    generators: Number(environment[LOAD_ENV.generators] || 1),
    signingRegion: environment[LOAD_ENV.signingRegion] || null,
  };
}

/** A plan of one constant rate, for scripts that run alone. Rate in iterations per second. */
export function constantPlan(stage: LoadPlan['stage'], rate: number, durationMs: number, warm = 0): LoadPlan {
  return {
    stage,
    warm,
    startRate: rate,
    segments: [{ rate, durationMs }],
    peakRate: rate,
    requestTimeoutMs: 5000,
    judgedFromMs: 0,
    judgedToMs: durationMs,
    plateau: null,
  };
}

/** A plan of a quiet rate, a one-second ramp to a short plateau and back, for scripts that run alone. */
export function spikePlan(quiet: number, peak: number): LoadPlan {
  const segments = [
    { rate: quiet, durationMs: 3000 },
    { rate: peak, durationMs: 1000 },
    { rate: peak, durationMs: 5000 },
    { rate: quiet, durationMs: 1000 },
    { rate: quiet, durationMs: 3000 },
  ];
  return {
    ...constantPlan('spike', quiet, 13_000),
    segments,
    peakRate: peak,
    plateau: { fromMs: 4000, toMs: 9000 },
  };
}
