import type { Socket } from 'node:net';
import type { Afterlife, Endpoint, NetworkConditions } from './conditions';
import { createLink, type Link } from './link';
import { type LoopbackListener, listenOnLoopback } from './loopback-listener';
import { createLostLink } from './lost-link';
import { livenessOf } from './process-liveness';

/** The network interface of one execution environment: every connection that it makes to the cache passes here. */
export interface EnvironmentNetwork {
  /** Replaces `{cache.primary}` and `{cache.reader}` by URLs, and `{cache.primary.host}`, `.port` by their parts. */
  expand(environment: Readonly<Record<string, string>>): Record<string, string>;
  /** Names the process whose sockets these are. */
  attach(pid: number): void;
  /** The environment is dying: its connections to the cache are held open from now on, and no new ones are taken. */
  ended(): void;
  connections(): number;
}

export interface EnvironmentNetworkOptions {
  readonly afterlife: Afterlife;
  /** Null while the name leads to a node that is gone. */
  address(endpoint: Endpoint): { readonly host: string; readonly port: number } | null;
  conditions(): NetworkConditions;
  /** Told of each connection that was asked for while `address` was null. */
  onLost(link: Link): void;
  /** Links live on after their environment: the tier keeps them. */
  readonly links: Set<Link>;
}

/** @throws when no local port can be had. */
export async function openEnvironmentNetwork(options: EnvironmentNetworkOptions): Promise<EnvironmentNetwork> {
  const own = { pid: null as number | null, ended: false, connections: 0 };
  const accept = (endpoint: Endpoint) => (client: Socket) => {
    own.connections += 1;
    const onClosed = () => {
      own.connections -= 1;
      options.links.delete(link);
    };
    const upstream = options.address(endpoint);
    const link: Link =
      upstream === null
        ? createLostLink(client, onClosed)
        : createLink({
            client,
            upstream,
            conditions: options.conditions,
            holdMs: options.afterlife.holdMs,
            clientGone: (closed, died) => tellDeathFromClose(own, options.afterlife.graceMs, closed, died),
            onClosed,
          });
    options.links.add(link);
    if (upstream === null) options.onLost(link);
  };
  const primary = await listenOnLoopback({ allowHalfOpen: true, onConnection: accept('primary') });
  const reader = await listenOnLoopback({ allowHalfOpen: true, onConnection: accept('reader') });
  return {
    expand: (environment) => expandAddresses(environment, { primary, reader }),
    attach(pid) {
      own.pid = pid;
    },
    ended() {
      own.ended = true;
      primary.close();
      reader.close();
    },
    connections: () => own.connections,
  };
}

function tellDeathFromClose(
  own: { readonly pid: number | null; readonly ended: boolean },
  graceMs: number,
  closed: () => void,
  died: () => void,
): void {
  const liveness = own.pid === null ? 'alive' : livenessOf(own.pid);
  if (own.ended || liveness === 'ended') died();
  else if (liveness === 'alive') closed();
  else setTimeout(() => (own.ended ? died() : closed()), graceMs);
}

/** By name and not by address: with `localhost` a full descriptor table reads `getaddrinfo EMFILE`, as in the incident. */
function expandAddresses(
  environment: Readonly<Record<string, string>>,
  ports: Readonly<Record<Endpoint, LoopbackListener>>,
): Record<string, string> {
  const expand = (value: string) =>
    value.replace(/\{cache\.(primary|reader)(?:\.(host|port))?\}/g, (_, endpoint: Endpoint, part?: string) => {
      const { port } = ports[endpoint];
      if (part === 'host') return 'localhost';
      return part === 'port' ? String(port) : `redis://localhost:${port}`;
    });
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, expand(value)]));
}
