import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Starts a process that does not outlive this one: by the kernel where `setpriv` exists, otherwise by an exit hook, which
 * a SIGKILL of this process escapes.
 */
export function spawnTied(command: string, args: readonly string[]): ChildProcess {
  const setpriv = findOnPath('setpriv');
  const child =
    setpriv === null
      ? spawn(command, args, { stdio: 'ignore' })
      : spawn(setpriv, ['--pdeathsig', 'KILL', '--', command, ...args], { stdio: 'ignore' });
  const endChild = () => child.kill('SIGKILL');
  process.once('exit', endChild);
  child.once('exit', () => process.off('exit', endChild));
  return child;
}

function findOnPath(name: string): string | null {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const candidate = join(directory, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not here: the next directory may hold it.
    }
  }
  return null;
}
