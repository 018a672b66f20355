/** Reads a process's peak memory, no more often than it is worth. */
export interface MemoryGauge {
  /** Bytes, or null where the kernel does not tell. */
  read(): number | null;
}

const INTERVAL_MS = 250;

export function createMemoryGauge(peak: () => number | null): MemoryGauge {
  let value: number | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    read() {
      const now = performance.now();
      if (now - readAt >= INTERVAL_MS) {
        const seen = peak();
        if (seen !== null) value = Math.max(seen, value ?? 0);
        readAt = now;
      }
      return value;
    },
  };
}
