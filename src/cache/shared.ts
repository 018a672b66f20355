import type { EndpointName } from './cache';
import { type Lease, makeClient } from './client';
import type { CacheSettings } from './settings';
import type { Holding } from './slot';

/**
 * One multiplexed client: in an environment that serves one request at a time it is the whole pool, and commands that
 * are issued together go out in one write. Commands wait in it while it connects, so nothing on the request path
 * awaits a connection that is there.
 */
export function openShared(settings: CacheSettings, name: EndpointName): Holding {
  const lease: Lease = { discarded: false };
  const client = makeClient(settings, name, lease, true);
  let since: number | null = performance.now();
  client.on('ready', () => {
    since = null;
  });
  client.connect().catch(() => {
    // Rejects only when destroyed; everything else is told to the error listener and retried.
  });
  return {
    waitingSince: () => {
      if (client.isReady) return null;
      since ??= performance.now();
      return since;
    },
    run: (operation, queueMs) => operation(queueMs === null ? client : client.withCommandOptions({ timeout: queueMs })),
    destroy: () => {
      lease.discarded = true;
      client.destroy();
    },
  };
}
