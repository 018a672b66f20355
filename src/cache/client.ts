import { createClient } from 'redis';
import type { EndpointName } from './cache';
import { DiscardedClient } from './errors';
import { retryDelay } from './reconnect';
import type { CacheSettings } from './settings';

/** Whether the owner of a client has given it up. */
export interface Lease {
  discarded: boolean;
}

/**
 * Options that hold for every client of ours.
 *
 * No `socketTimeout`: it is an idle timer, which after a freeze kills healthy connections and by default ends the
 * client for good. Deadlines are `withDeadline`'s.
 * `credentialsProvider` also stops a handshake on a discarded client: `destroy()` during the TCP connect of redis 6.3.1
 * destroys nothing, and the connection would stay open unowned.
 */
export function clientOptions(settings: CacheSettings, name: EndpointName, lease: Lease, reconnect: boolean) {
  const endpoint = settings.endpoints[name];
  const address = { host: endpoint.host, port: endpoint.port, connectTimeout: settings.timing.connectMs };
  const strategy = { reconnectStrategy: reconnect ? retryDelay : (false as const) };
  const trust = settings.certificateAuthority === null ? {} : { ca: settings.certificateAuthority };
  return {
    RESP: 3 as const,
    socket: endpoint.tls ? { ...address, ...strategy, ...trust, tls: true as const } : { ...address, ...strategy },
    database: endpoint.database,
    credentialsProvider: {
      type: 'async-credentials-provider' as const,
      credentials: async () => {
        if (lease.discarded) throw new DiscardedClient('discarded while connecting');
        return (await settings.credentials(endpoint)) ?? {};
      },
    },
    // Each costs a round trip of the handshake; ElastiCache sends no such notifications.
    maintNotifications: 'disabled' as const,
    disableClientInfo: true,
    // The client's own timeout only covers commands that wait for a connection: set there, saved everywhere else.
    commandOptions: { timeout: 0 },
    commandsQueueMaxLength: 10_000,
  };
}

/**
 * redis 6.3.1 builds a class with some 400 methods whenever the options differ from those of the client made before, so two
 * endpoints in turn would pay it for every client: 40 ms of CPU and 15 MB (scripts/client-cost.ts). Duplicates share this one's.
 */
const template = createClient({ RESP: 3 });

/** @returns a client that is not connected yet and whose errors are heard */
export function makeClient(settings: CacheSettings, name: EndpointName, lease: Lease, reconnect: boolean) {
  return template
    .duplicate(clientOptions(settings, name, lease, reconnect))
    .on('error', (error: Error) => settings.onConnectionError(name, error));
}

export type CacheClient = ReturnType<typeof createClient<Record<never, never>, Record<never, never>, Record<never, never>, 3>>;
