import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../../src/targets/aws/clock';

/** Real time in which whatever is waited for takes a fraction of it: AWS's minutes become seconds. */
export interface Lapse extends Clock {
  /** Does something when that much of AWS's time has passed. */
  after(milliseconds: number, act: () => Promise<void> | void): void;
  /** Does something again and again, each time that much of AWS's time has passed. */
  every(milliseconds: number, act: () => void): void;
  /** What went wrong in what was done. A test that ends well expects `[]`. */
  faults(): readonly string[];
  /** Nothing is done any more. */
  stop(): void;
}

/** @param factor how many times as fast: 1 is AWS's own pace */
export function lapse(factor: number): Lapse {
  const timers = new Set<NodeJS.Timeout>();
  const faults: string[] = [];
  const note = (error: unknown): void => void faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const act = async (what: () => Promise<void> | void): Promise<void> => {
    try {
      await what();
    } catch (error) {
      note(error);
    }
  };
  return {
    now: Date.now,
    sleep: async (milliseconds, signal) => pause(milliseconds / factor, undefined, signal === undefined ? {} : { signal }),
    after(milliseconds, what) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        void act(what);
      }, milliseconds / factor);
      timers.add(timer);
    },
    every(milliseconds, what) {
      timers.add(setInterval(() => void act(what), milliseconds / factor));
    },
    faults: () => [...faults],
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
