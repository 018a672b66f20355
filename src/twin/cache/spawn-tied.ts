import { type ChildProcess, spawn } from 'node:child_process';
import { deathTie } from '../death-tie';

/**
 * Starts a process that does not outlive this one: by the kernel where it can be had, otherwise by an exit hook, which
 * a SIGKILL of this process escapes.
 */
export function spawnTied(command: string, args: readonly string[]): ChildProcess {
  const [program = command, ...rest] = [...deathTie(), command, ...args];
  const child = spawn(program, rest, { stdio: 'ignore' });
  const endChild = () => child.kill('SIGKILL');
  process.once('exit', endChild);
  child.once('exit', () => process.off('exit', endChild));
  return child;
}
