import { readFileSync } from 'node:fs';

/** Pressure stall information of the whole machine (Linux 4.20 and later). */
const PRESSURE_FILE = '/proc/pressure/cpu';

interface Reading {
  readonly atMs: number;
  /** Microseconds since boot in which some task waited for a CPU. */
  readonly stalledUs: number;
}

export interface CpuPressure {
  /** Takes a reading; the first and the last one count. */
  mark(): void;
  /** Share of the time between the readings in which some task waited for a CPU, percent; null where the kernel does not tell. */
  percent(): number | null;
}

/** @param read gives the file's text and throws where it does not exist; `now` is monotonic milliseconds. */
export function watchCpuPressure(
  read: () => string = () => readFileSync(PRESSURE_FILE, 'utf8'),
  now: () => number = () => performance.now(),
): CpuPressure {
  let first: Reading | null = null;
  let last: Reading | null = null;
  return {
    mark() {
      const stalledUs = totalOf(read);
      if (stalledUs === null) return;
      last = { atMs: now(), stalledUs };
      first ??= last;
    },
    percent() {
      if (first === null || last === null || last.atMs <= first.atMs) return null;
      const share = (last.stalledUs - first.stalledUs) / 1000 / (last.atMs - first.atMs);
      return Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
    },
  };
}

function totalOf(read: () => string): number | null {
  try {
    const total = /^some .*\btotal=(\d+)/m.exec(read())?.[1];
    return total === undefined ? null : Number(total);
  } catch {
    return null;
  }
}
