import type { EndpointName, Operation } from './cache';
import { withDeadline } from './deadline';
import { CacheUnavailable } from './errors';
import { type Failure, failureOf } from './failure';
import type { CacheSettings } from './settings';

/** What a strategy keeps for one endpoint: a client or a pool of clients. */
export interface Holding {
  /** `performance.now()` since when it has no connection; null while it has one. */
  waitingSince(): number | null;
  /** @param queueMs whole milliseconds that a command may wait for a connection; null when there is one */
  run<T>(operation: Operation<T>, queueMs: number | null): Promise<T>;
  /** Ends all of its connections, those that are still being made included. */
  destroy(): void;
}

/** One endpoint's connections over the life of an environment. */
export interface Slot {
  warm(): void;
  run<T>(operation: Operation<T>, deadline: number): Promise<T>;
  close(): void;
}

const MAX_ATTEMPTS = 3;
/** Below this no further attempt is begun, milliseconds. */
const SHORTEST_ATTEMPT_MS = 20;

/**
 * Keeps one holding and replaces it when it is beyond repair. A holding is always destroyed before the next one is
 * made: a reference that is merely dropped keeps its connections and, reconnecting, makes more.
 */
export function createSlot(settings: CacheSettings, name: EndpointName, open: () => Holding): Slot {
  const { connectMs, attemptMs } = settings.timing;
  let held: Holding | null = null;

  const current = () => {
    held ??= open();
    return held;
  };

  // Several commands may fail on one holding: only the first of them finds it still held.
  const discard = (holding: Holding) => {
    if (held !== holding) return;
    held = null;
    if (holding.waitingSince() === null) settings.tally.lost();
    holding.destroy();
  };

  const settle = (holding: Holding, failure: Failure) => {
    const since = holding.waitingSince();
    const stuck = since !== null && performance.now() - since >= connectMs;
    if (since === null ? failure.fatal : stuck) discard(holding);
  };

  const run = async <T>(operation: Operation<T>, deadline: number): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      const holding = current();
      const waiting = holding.waitingSince() !== null;
      const left = deadline - performance.now();
      if (left <= 0) throw new CacheUnavailable(name, 'deadline', null);
      const limit = Math.min(left, waiting ? connectMs : attemptMs);
      try {
        return await withDeadline(holding.run(operation, waiting ? Math.ceil(limit) : null), limit);
      } catch (error) {
        const failure = failureOf(error);
        if (failure === null) throw error;
        settle(holding, failure);
        const again = failure.retry && attempt < MAX_ATTEMPTS && deadline - performance.now() >= SHORTEST_ATTEMPT_MS;
        if (!again) throw new CacheUnavailable(name, failure.reason, error);
      }
    }
  };

  const close = () => {
    held?.destroy();
    held = null;
  };
  return { warm: () => void current(), run, close };
}
