import { readdirSync, readFileSync } from 'node:fs';

/** Where the operating system lists a process's own descriptors: Linux, else macOS. */
const DIRECTORIES = ['/proc/self/fd', '/dev/fd'] as const;

/**
 * Open file descriptors of this process. When none is left to read the list with, the answer is the limit itself.
 *
 * @returns null where the operating system does not tell
 */
export function countOpenDescriptors(): number | null {
  for (const directory of DIRECTORIES) {
    try {
      return readdirSync(directory).length - 1;
    } catch (error) {
      if (isExhausted(error)) return LIMIT;
    }
  }
  return null;
}

function isExhausted(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EMFILE';
}

/** Read while descriptors are left. */
const LIMIT = readLimit();

function readLimit(): number | null {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}
