import { createClientPool } from 'redis';
import type { EndpointName } from './cache';
import { clientOptions, type Lease } from './client';
import type { CacheSettings } from './settings';
import type { Holding } from './slot';

/** The share of an attempt for which a task waits for a free member: a busy pool must not be taken for a dead one. */
const ACQUIRE_SHARE = 0.5;

/**
 * A pool of at most `maximum` clients, for operations that need a connection of their own, such as WATCH.
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
    acquireTimeout: Math.ceil(settings.timing.attemptMs * ACQUIRE_SHARE),
  }).on('error', (error: Error) => settings.onConnectionError(name, error));
  let since: number | null = performance.now();
  const connected = pool.connect().then(() => {
    since = null;
  });
  connected.catch(() => {
    // Rejects only when destroyed: whoever waits for it is told.
  });
  return {
    waitingSince: () => since,
    // A pool that is asked before its first member is connected makes a second one at once.
    run: (operation, queueMs) => (queueMs === null ? pool.execute(operation) : connected.then(() => pool.execute(operation))),
    destroy: () => {
      lease.discarded = true;
      pool.destroy();
    },
  };
}
