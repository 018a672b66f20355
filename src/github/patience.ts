/** How long the client waits for GitHub. A job that hangs at night wakes nobody and blocks everybody, so all of it is bounded. */
export interface Patience {
  /** Of one request, ms: its answer included. */
  readonly requestMs: number;
  /** Tries after the first, when GitHub fails or does not answer. */
  readonly retries: number;
  /** In all, for limits on requests, in seconds. */
  readonly limitSeconds: number;
  /** How long a second of waiting lasts, ms. Tests shorten it. */
  readonly secondMs: number;
  /** Whether writes keep the distance that GitHub asks for (a second; three after what notifies people). Tests switch it off. */
  readonly spaced: boolean;
}

export const PATIENCE: Patience = { requestMs: 30_000, retries: 3, limitSeconds: 60, secondMs: 1000, spaced: true };

/**
 * Says whether to wait for a limit to pass. Waits at the same time cost their longest only.
 * @param clock ms
 * @returns a function of the seconds that GitHub asks for and of the tries before
 */
export function limitBudget(patience: Patience, clock: () => number = Date.now): (seconds: number, tries: number) => boolean {
  let left = patience.limitSeconds * patience.secondMs;
  let until = 0;
  return (seconds, tries) => {
    const now = clock();
    const end = now + seconds * patience.secondMs;
    const cost = Math.max(0, end - Math.max(now, until));
    if (tries >= patience.retries || cost > left) return false;
    left -= cost;
    until = Math.max(until, end);
    return true;
  };
}
