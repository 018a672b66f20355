/** Counts invocations in flight, those that wait for a start included, as Lambda's concurrency does. */
export interface Concurrency {
  total(): number;
  /** Versions with at least one invocation in flight. */
  byVersion(): ReadonlyMap<string, number>;
  enter(version: string): void;
  leave(version: string): void;
}

export function createConcurrency(): Concurrency {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    total: () => total,
    byVersion: () => counts,
    enter(version) {
      total += 1;
      counts.set(version, (counts.get(version) ?? 0) + 1);
    },
    leave(version) {
      total -= 1;
      const rest = (counts.get(version) ?? 1) - 1;
      if (rest === 0) counts.delete(version);
      else counts.set(version, rest);
    },
  };
}
