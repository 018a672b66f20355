import { spawn } from 'node:child_process';
import type { Tier } from '../gates/vocabulary';
import { DeployFailedError } from '../targets/target';
import { InterruptedError } from './errors';

export interface DeployCommandRun {
  /** For a shell. It comes from the policy: whoever may change that decides what is deployed anyway. */
  readonly command: string;
  readonly timeoutMs: number;
  readonly root: string;
  readonly tier: Tier;
  readonly commit: string;
  readonly signal: AbortSignal;
  /** Takes what the command prints, as it prints it. */
  readonly output: NodeJS.WritableStream;
}

/** Names of what the command is told by its environment. */
const VARIABLES = { tier: 'TIDEGATE_TIER', commit: 'TIDEGATE_COMMIT' } as const;
const KILL_AFTER_MS = 10_000;

/**
 * Runs the project's own way to deploy, in the project, to its end.
 * @throws DeployFailedError when it fails or takes too long: what serves then is for the platform to say; InterruptedError
 */
export async function runDeployCommand(run: DeployCommandRun): Promise<void> {
  const limit = AbortSignal.timeout(run.timeoutMs);
  const ending = await toItsEnd(run, AbortSignal.any([run.signal, limit]));
  if (run.signal.aborted) throw new InterruptedError('stopped during deploy.command');
  if (limit.aborted) throw new DeployFailedError(`deploy.command did not end within ${run.timeoutMs / 1000} s and was stopped.`);
  if (ending !== null) throw new DeployFailedError(`deploy.command ended with ${ending}: ${run.command}`);
}

/** @returns how it failed; null when it did not */
function toItsEnd({ command, root, tier, commit, output }: DeployCommandRun, stop: AbortSignal): Promise<string | null> {
  const env = { ...process.env, [VARIABLES.tier]: tier, [VARIABLES.commit]: commit };
  // A group of its own: what the shell started is ended with it.
  const child = spawn('sh', ['-c', command], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.pipe(output, { end: false });
  const end = () => {
    signalGroup(child.pid, 'SIGTERM');
    setTimeout(() => signalGroup(child.pid, 'SIGKILL'), KILL_AFTER_MS).unref();
  };
  if (stop.aborted) end();
  else stop.addEventListener('abort', end, { once: true });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => {
      stop.removeEventListener('abort', end);
      resolve(code === 0 ? null : (signal ?? `exit code ${code}`));
    });
  });
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // It has ended already.
  }
}
