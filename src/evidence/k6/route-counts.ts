import { createHistogram, type LogHistogram } from './log-histogram';

/** What is counted of one route, in one second or in the judged window. */
export interface RouteCounts {
  requests: number;
  failed: number;
  checksFailed: number;
  /** Requests of whose answer the script checked anything. */
  checked: number;
  readonly latency: LogHistogram;
}

export type Routes = Map<string, RouteCounts>;

/** A script that does not name its requests has a route per address: beyond this many they share one. */
const MAX_ROUTES = 100;
const OVERFLOW_ROUTE = 'other routes';

export function countsOf(routes: Routes, route: string): RouteCounts {
  return getOrCreate(routes, route, () => ({ requests: 0, failed: 0, checksFailed: 0, checked: 0, latency: createHistogram() }));
}

/** Keeps the number of routes bounded: @returns a function that gives the name under which a route is counted. */
export function boundRoutes(): (route: string) => string {
  const known = new Set<string>();
  return (route) => {
    if (known.size < MAX_ROUTES) known.add(route);
    return known.has(route) ? route : OVERFLOW_ROUTE;
  };
}

export function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = create();
  map.set(key, made);
  return made;
}
