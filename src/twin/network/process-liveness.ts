import { readFileSync } from 'node:fs';

export type Liveness = 'alive' | 'ended' | 'unknown';

/**
 * Whether a process still runs, asked of the kernel.
 *
 * A dying process gives up its memory before its sockets (Linux: exit_mm comes before exit_files), so when the FIN of a
 * killed process arrives its memory map is already empty, while a process that merely closed a socket still has one.
 * That tells a death from a close at once, some milliseconds before the exit itself can be seen.
 */
export function livenessOf(pid: number): Liveness {
  if (process.platform !== 'linux') return 'unknown';
  try {
    return readFileSync(`/proc/${pid}/statm`, 'latin1').startsWith('0 ') ? 'ended' : 'alive';
  } catch {
    return 'ended';
  }
}
