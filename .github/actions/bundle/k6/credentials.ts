import secrets from 'k6/secrets';
import type { SigningCredentials } from './sigv4.ts';

/**
 * The credentials of a run, from a secret source that whoever started k6 keeps. k6 asks it for each name once and
 * remembers the answer for all VUs, so fresh credentials are asked for under a name that has not been asked before.
 */

interface ExpiringCredentials extends SigningCredentials {
  /** Epoch milliseconds; null when they do not expire. */
  readonly expiresAt: number | null;
}

/** How long before they expire credentials are replaced, ms. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** One name, and so one attempt to renew, per so many ms: a source that has nothing better yet is asked again. */
const ATTEMPT_MS = 10_000;

/** Each VU has its own. */
let held: ExpiringCredentials | null = null;
let nextAttemptAt = 0;

/**
 * Credentials that have not expired yet, as far as the source can give any.
 * @throws Error when the source never gave one.
 */
export async function currentCredentials(now: number): Promise<SigningCredentials> {
  held ??= await ask('first');
  const { expiresAt } = held;
  if (expiresAt === null || expiresAt - now > RENEW_BEFORE_MS || now < nextAttemptAt) return held;
  nextAttemptAt = now + ATTEMPT_MS;
  try {
    held = await ask(String(Math.floor(now / ATTEMPT_MS)));
  } catch {
    // Those before are good for minutes yet; whoever keeps the source knows that it had nothing.
  }
  return held;
}

/** Those that `currentCredentials` gave last, for code that cannot wait. @throws Error when it was never asked */
export function credentialsAtHand(): SigningCredentials {
  if (held === null) throw new Error('Nobody has asked for credentials yet.');
  return held;
}

async function ask(name: string): Promise<ExpiringCredentials> {
  return JSON.parse(await secrets.get(name)) as ExpiringCredentials;
}
