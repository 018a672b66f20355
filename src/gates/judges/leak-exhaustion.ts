import type { Policy } from '../policy/policy';
import type { EnvironmentLevel } from './per-environment';

/** Descriptors of a Lambda environment (a hard quota) and what an idle Node.js runtime holds of them. */
const DESCRIPTORS = 1024;
const DESCRIPTORS_AT_IDLE = 22;

export interface Exhaustion {
  readonly minutesToNodeLimit: number | null;
  readonly minutesToDescriptorLimit: number | null;
}

/**
 * When the growth goes on: minutes until the fullest node refuses connections, and until an environment (if the leak is
 * spread evenly: an uneven one comes sooner) has no descriptor left. Null without growth.
 * @param perMinute growth in connections per environment and minute
 */
export function exhaustion(policy: Policy, last: EnvironmentLevel, perMinute: number | null): Exhaustion {
  if (perMinute === null || perMinute <= 0) return { minutesToNodeLimit: null, minutesToDescriptorLimit: null };
  const nodeShare = last.connections > 0 ? last.fullestNode / last.connections : 1;
  const nodeLeft = Math.max(0, policy.production.cacheMaxConnectionsPerNode - last.fullestNode);
  const descriptorsLeft = Math.max(0, DESCRIPTORS - DESCRIPTORS_AT_IDLE - last.perEnvironment);
  return {
    minutesToNodeLimit: nodeShare > 0 ? nodeLeft / (perMinute * last.environments * nodeShare) : null,
    minutesToDescriptorLimit: descriptorsLeft / perMinute,
  };
}
