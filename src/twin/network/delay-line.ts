/** Passes chunks on after a delay, in the order in which they came, whatever the delay does meanwhile. */
export interface DelayLine {
  push(chunk: Buffer, delayMs: number): void;
  /** Calls back when all that was pushed so far has been passed on. */
  drained(then: () => void): void;
  clear(): void;
}

export function createDelayLine(emit: (chunk: Buffer) => void): DelayLine {
  const timers = new Set<NodeJS.Timeout>();
  let releaseAt = 0;
  const after = (milliseconds: number, run: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, milliseconds);
    timers.add(timer);
  };
  return {
    push(chunk, delayMs) {
      const now = performance.now();
      if (delayMs === 0 && timers.size === 0) return emit(chunk);
      releaseAt = Math.max(releaseAt, now + delayMs);
      after(releaseAt - now, () => emit(chunk));
    },
    drained(then) {
      if (timers.size === 0) return then();
      after(Math.max(0, releaseAt - performance.now()), then);
    },
    clear() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
