import type { Clock } from '../../../src/evidence/clock';

/** A clock that only moves when somebody sleeps. */
export function testClock(start = 0): Clock & { readonly slept: () => number } {
  let now = start;
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
    slept: () => now - start,
  };
}

/** Answers in turn; the last one repeats. */
export function inTurn<T>(answers: readonly T[]): (() => Promise<T>) & { readonly calls: () => number } {
  let calls = 0;
  const next = async (): Promise<T> => {
    calls += 1;
    return answers[Math.min(calls, answers.length) - 1] as T;
  };
  return Object.assign(next, { calls: () => calls });
}
