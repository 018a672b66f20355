import type { EndReason, Environment } from './environment';

export interface ReapingRules {
  /** Milliseconds after which an idle environment of a routed version ends. */
  readonly idleTimeoutMs: number;
  /** The same for versions that the alias does not name any more. */
  readonly retireAfterMs: number;
}

/**
 * AWS does not publish how long an idle environment lives. Here it outlives the longest run, so that the running maximum of
 * concurrency, which is all that AWS shows, is the number of environments that are there.
 */
export const DEFAULT_REAPING: ReapingRules = { idleTimeoutMs: 3_600_000, retireAfterMs: 2_000 };

/** Why an environment should end now; null to let it live. Only idle ones end: a running request is never cut off. */
export function reapReason(
  environment: Pick<Environment, 'version' | 'state' | 'idleSince'>,
  routed: readonly string[],
  routedSince: number,
  now: number,
  rules: ReapingRules,
): EndReason | null {
  if (environment.state() !== 'idle') return null;
  const idleFor = now - environment.idleSince();
  if (idleFor >= rules.idleTimeoutMs) return 'idle';
  const unrouted = !routed.includes(environment.version);
  const since = Math.max(environment.idleSince(), routedSince);
  return unrouted && now - since >= rules.retireAfterMs ? 'retired' : null;
}
