import { isProportion } from '../policy/expression';
import type { LimitGate } from '../policy/gate';

/** Latency and errors must stay good for so long before a release counts as recovered. */
export const RECOVERY_HOLD_MS = 3000;

/** How long it must have been undisturbed before, to know what normal is. */
export const RECOVERY_BEFORE_MS = 3000;

/** Achieved over planned rate below which the load was another one. */
export const RATE_SHARE = 0.95;

/** Below so many requests a p95 is one of the two slowest and says nothing. */
const MIN_LATENCY_REQUESTS = 40;

/**
 * How many requests a gate needs before it may pass: its own number; else for a proportion 3 / max (the rule of three: with
 * none failed in 3 / max requests, the 95 % upper bound of the share is max), for the clients' p95 forty, for all else one.
 */
export function minRequestsOf(gate: Pick<LimitGate, 'minRequests' | 'max' | 'of'>): number {
  if (gate.minRequests !== undefined) return gate.minRequests;
  if (gate.of.numerator === 'client.p95') return MIN_LATENCY_REQUESTS;
  return isProportion(gate.of) && gate.max.value > 0 ? Math.ceil(Number((3 / gate.max.value).toPrecision(12))) : 1;
}
