import type { Policy } from '../../src/gates/policy/policy';
import { profilesOf, resolveStage, stagesOf } from '../../src/gates/policy/resolve';
import type { Tier } from '../../src/gates/vocabulary';

/** Requests per second that one environment may be asked for: AWS's own ratio of request rate to concurrency. */
const REQUESTS_PER_ENVIRONMENT = 10;
/** A load must meet the function's limits, never the gateway's: a 429 of the gateway says nothing of the release. */
const HEADROOM = 2;

/** Environments that a tier's function must be able to have: the largest that a stage asks for in staging, the peak in production. */
export function environmentsOf(policy: Policy, tier: Tier): number {
  if (tier === 'production') return policy.production.peakConcurrency;
  const asked = Object.values(policy.stages).flatMap((stage) =>
    stage !== undefined && 'reservedConcurrency' in stage && stage.reservedConcurrency !== undefined ? [stage.reservedConcurrency] : [],
  );
  return asked.length === 0 ? policy.production.peakConcurrency : Math.max(...asked);
}

/** Requests per second, and how many at one instant. */
export interface Throttle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

export function throttleOf(policy: Policy, tier: Tier): Throttle {
  const rateLimit = Math.ceil(Math.max(environmentsOf(policy, tier) * REQUESTS_PER_ENVIRONMENT, peakRate(policy) * HEADROOM));
  return { rateLimit, burstLimit: Math.ceil(rateLimit / 2) };
}

/** The highest rate of any stage under any profile. */
function peakRate(policy: Policy): number {
  const plans = profilesOf(policy).flatMap((profile) =>
    stagesOf(policy, profile).flatMap((stage) => {
      const resolved = resolveStage(policy, stage, profile);
      return resolved.ok ? [resolved.value.plan.peakRate] : [];
    }),
  );
  return Math.max(0, ...plans);
}
