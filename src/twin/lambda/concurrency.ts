/**
 * Invocations that an environment works on or is being started for. One that waits because this machine starts only
 * few environments at a time is not counted: on AWS it would have an environment of its own, here that does not exist.
 */
export interface Concurrency {
  total(): number;
  /** Versions with at least one such invocation. */
  byVersion(): ReadonlyMap<string, number>;
  enter(version: string): void;
  leave(version: string): void;
}

/** @param capacity requests that a version's environments can work on at once */
export function createConcurrency(capacity: (version: string) => number): Concurrency {
  const inFlight = new Map<string, number>();
  const engaged = (version: string, count: number): number => Math.min(count, capacity(version));
  return {
    total: () => [...inFlight].reduce((sum, [version, count]) => sum + engaged(version, count), 0),
    byVersion: () => new Map([...inFlight].map(([version, count]) => [version, engaged(version, count)])),
    enter(version) {
      inFlight.set(version, (inFlight.get(version) ?? 0) + 1);
    },
    leave(version) {
      const rest = (inFlight.get(version) ?? 1) - 1;
      if (rest === 0) inFlight.delete(version);
      else inFlight.set(version, rest);
    },
  };
}
