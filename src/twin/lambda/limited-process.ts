import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { deathTie } from '../death-tie';

/** File descriptors of one execution environment (Lambda quotas: 1,024, hard). */
export const DESCRIPTOR_LIMIT = 1024;

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** An operating-system process in a group of its own, with Lambda's descriptor limit. */
export interface LimitedProcess {
  readonly pid: number;
  readonly exit: Promise<ProcessExit>;
  /** Stops every thread and timer of the group (SIGSTOP). */
  freeze(): void;
  thaw(): void;
  /** SIGKILL to the whole group: no handler of the process runs. Works on a frozen group. */
  kill(): void;
  /** Most resident memory so far in bytes, or (macOS) what is resident now; null where the system does not tell. */
  peakMemory(): number | null;
}

export interface LimitedProcessOptions {
  readonly node: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void;
}

/** @throws when the process cannot be started at all. */
export async function startLimitedProcess(options: LimitedProcessOptions): Promise<LimitedProcess> {
  const shell = ['sh', '-c', `ulimit -n ${DESCRIPTOR_LIMIT} && exec "$0" "$@"`, options.node, ...options.args];
  // The kernel ends the environment when the twin dies, even from SIGKILL; a shell cannot ask for that.
  const [command, ...args] = [...deathTie(), ...shell];
  const child = spawn(command as string, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const exit = exitOf(child);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  tieToThisProcess(child.pid as number, exit);
  child.stdout?.on('data', (chunk: Buffer) => options.onOutput('stdout', chunk));
  child.stderr?.on('data', (chunk: Buffer) => options.onOutput('stderr', chunk));
  return controls(child.pid as number, exit);
}

function controls(pid: number, exit: Promise<ProcessExit>): LimitedProcess {
  let ended = false;
  void exit.then(() => {
    ended = true;
  });
  const signal = (name: NodeJS.Signals) => {
    // After the exit was seen the kernel may give the number to another process.
    if (!ended) signalGroup(pid, name);
  };
  return {
    pid,
    exit,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    kill: () => signal('SIGKILL'),
    peakMemory: () => (ended ? null : peakMemoryOf(pid)),
  };
}

const tied = new Set<number>();

/** Where there is no `setpriv`, an exit of the twin still ends its environments; only its SIGKILL does not. */
function tieToThisProcess(pid: number, exit: Promise<ProcessExit>): void {
  if (tied.size === 0) process.once('exit', killTied);
  tied.add(pid);
  void exit.then(() => {
    tied.delete(pid);
    if (tied.size === 0) process.off('exit', killTied);
  });
}

function killTied(): void {
  for (const pid of tied) signalGroup(pid, 'SIGKILL');
}

/** `close` comes after the last output was read, so that a crash's own words are in the log before its exit. */
function exitOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      // What the process started goes with it, as it would with its microVM.
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      // A heir that left the group may hold the pipes open for ever: the exit counts.
      const late = setTimeout(() => resolve({ code, signal }), 100);
      child.once('close', () => {
        clearTimeout(late);
        resolve({ code, signal });
      });
    });
  });
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function peakMemoryOf(pid: number): number | null {
  try {
    const match = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match ? Number(match[1]) * 1024 : null;
  } catch {
    return process.platform === 'linux' ? null : residentMemoryOf(pid);
  }
}

/** Without /proc (macOS) `ps` tells what it has now. */
function residentMemoryOf(pid: number): number | null {
  const { status, stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 && Number(stdout) > 0 ? Number(stdout) * 1024 : null;
}
