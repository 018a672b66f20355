import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { ConfigurationError } from './errors';

/**
 * Takes a lock that names its holder by process id. One whose holder is gone, after a SIGKILL say, is taken over.
 * @returns releases it
 * @throws ConfigurationError while its holder is alive
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (cause) {
      const holder = Number(await readFile(path, 'utf8').catch(() => ''));
      if (holder > 0 && holder !== process.pid && isOurs(holder)) {
        throw new ConfigurationError(
          `another run (process ${holder}) is under way on this state; wait for it, or give another --state DIR`,
          { cause },
        );
      }
      await rm(path, { force: true });
    }
  }
  throw new ConfigurationError(`${path}: cannot be taken; is the directory writable?`);
}

/** Process ids are used again: another program under the same number holds nothing. */
function isOurs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return /tidegate|main\.ts|jest/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return true;
  }
}
