import { createClientPool } from 'redis';
import type { EndpointName } from './cache';
import { clientOptions, type Lease } from './client';
import type { CacheSettings } from './settings';
import type { Holding } from './slot';

/** A task waits this much less for a free member than an attempt may last: a busy pool is not a dead one. */
const ACQUIRE_MARGIN_MS = 100;

/**
 * A pool of at most `maximum` clients, for operations that need a connection of their own (WATCH, blocking commands).
 *
 * The library's pool never looks at its members' health and has no way to remove one: a member that hangs or is closed
 * would be handed out for ever. So a fault of one member ends the whole pool, and the next operation opens another;
 * with one request at a time that is one connection.
 */
export function openPool(settings: CacheSettings, name: EndpointName, maximum: number): Holding {
  const lease: Lease = { discarded: false };
  const pool = createClientPool(clientOptions(settings, name, lease, true), {
    minimum: 1,
    maximum,
    acquireTimeout: Math.max(1, settings.timing.attemptMs - ACQUIRE_MARGIN_MS),
  }).on('error', (error: Error) => settings.onConnectionError(name, error));
  let since: number | null = performance.now();
  pool.connect().then(
    () => {
      since = null;
    },
    () => {
      // Rejects only when destroyed.
    },
  );
  return {
    waitingSince: () => since,
    run: (operation) => pool.execute(operation),
    destroy: () => {
      lease.discarded = true;
      pool.destroy();
    },
  };
}
