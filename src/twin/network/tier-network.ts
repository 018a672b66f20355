import type { Cache } from '../ports';
import { type Afterlife, DEFAULT_AFTERLIFE, HEALTHY, type NetworkConditions } from './conditions';
import { type EnvironmentNetwork, openEnvironmentNetwork } from './environment-network';
import type { Link } from './link';

/** Faults of a tier's network between its environments and its cache. Real sockets, nothing simulated. */
export interface NetworkFaults {
  /** Begins or ends a silence: data is neither passed nor refused; what waited passes when it ends. */
  blackHole(active: boolean): void;
  /** Milliseconds by which every answer of the cache is late; 0 ends it. */
  delay(milliseconds: number): void;
  /** Breaks every present connection once, both sides, with a reset. */
  cut(): void;
  /**
   * The primary's host vanishes: its connections go silent for good, no FIN and no reset, and so do new ones to the name
   * as long as that leads there.
   * @returns ends the latter. Connections that were asked for meanwhile are reset: a client's own limit for connecting
   * would end them, but the relay has accepted them already.
   */
  losePrimary(): () => void;
}

export interface TierNetwork {
  readonly faults: NetworkFaults;
  /** Connections to the cache, those of dead environments included. */
  connections(): number;
  open(): Promise<EnvironmentNetwork>;
  stop(): void;
}

/** @param cache - the addresses are read at each connect: a failover moves new connections, never old ones. */
export function createTierNetwork(cache: Pick<Cache, 'primary' | 'reader'>, afterlife: Afterlife = DEFAULT_AFTERLIFE): TierNetwork {
  let conditions: NetworkConditions = HEALTHY;
  const links = new Set<Link>();
  // Connections that were asked for while the primary's name led nowhere; null when it leads somewhere.
  let astray: Set<Link> | null = null;
  const change = (next: Partial<NetworkConditions>) => {
    conditions = { ...conditions, ...next };
    for (const link of links) link.adapt();
  };
  const cut = () => {
    for (const link of [...links]) link.cut();
  };
  const losePrimary = () => {
    const { port } = cache.primary();
    const mine = new Set<Link>();
    astray = mine;
    for (const link of [...links]) if (link.port === port) link.lose();
    return () => {
      if (astray === mine) astray = null;
      for (const link of mine) link.cut();
      mine.clear();
    };
  };
  return {
    faults: {
      blackHole: (active) => change({ blackHole: active }),
      delay: (milliseconds) => change({ delayMs: milliseconds }),
      cut,
      losePrimary,
    },
    connections: () => links.size,
    open: () =>
      openEnvironmentNetwork({
        afterlife,
        links,
        address: (endpoint) => {
          if (endpoint === 'reader') return cache.reader();
          return astray === null ? cache.primary() : null;
        },
        onLost: (link) => astray?.add(link),
        conditions: () => conditions,
      }),
    stop: cut,
  };
}
