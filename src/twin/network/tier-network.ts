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
  const change = (next: Partial<NetworkConditions>) => {
    conditions = { ...conditions, ...next };
    for (const link of links) link.adapt();
  };
  const cut = () => {
    for (const link of [...links]) link.cut();
  };
  return {
    faults: {
      blackHole: (active) => change({ blackHole: active }),
      delay: (milliseconds) => change({ delayMs: milliseconds }),
      cut,
    },
    connections: () => links.size,
    open: () =>
      openEnvironmentNetwork({
        afterlife,
        links,
        address: (endpoint) => (endpoint === 'primary' ? cache.primary() : cache.reader()),
        conditions: () => conditions,
      }),
    stop: cut,
  };
}
