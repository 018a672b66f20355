import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';

/** How long k6 may take to end its iterations after SIGTERM, milliseconds. */
const GRACE_MS = 2000;
/** How long a pipe may stay open after the process has ended, milliseconds. */
const PIPE_GRACE_MS = 5000;

/** Only these reach k6: its own K6_ variables would change the load behind the plan's back. */
const INHERITED = ['PATH', 'TMPDIR', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR'] as const;

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Set when the process could not be started at all. */
  readonly error: Error | null;
}

export interface LoadProcess {
  /** Null when it could not be started. */
  readonly pid: number | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Never rejects. Both pipes are read to their end, or given up, before it resolves. */
  readonly exited: Promise<ProcessExit>;
  /** Ends the whole process group: SIGTERM, then SIGKILL. Can be called again and after the end. */
  end(): void;
}

/** The environment of a k6 process: no usage report, no network but the load, nothing of the user's own k6 settings. */
export function k6Environment(home: string, variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    HOME: home,
    XDG_CONFIG_HOME: home,
    K6_NO_USAGE_REPORT: 'true',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    ...variables,
  };
  for (const name of INHERITED) {
    const value = process.env[name] ?? process.env[name.toLowerCase()];
    if (value !== undefined) environment[name] ??= value;
  }
  return environment;
}

/** Starts a process in a group of its own, so that a terminal's Ctrl-C reaches only us. Does not throw. */
export function startProcess(command: string, args: readonly string[], env: NodeJS.ProcessEnv): LoadProcess {
  const [program = command, ...rest] = [...deathTie(), command, ...args];
  const child = spawn(program, rest, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let killTimer: NodeJS.Timeout | undefined;
  const exited = exitOf(child).finally(() => {
    if (killTimer === undefined) return;
    clearTimeout(killTimer);
    // Whatever the process had started may have outlived it.
    signalGroup(child, 'SIGKILL');
  });
  return {
    pid: child.pid ?? null,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    end() {
      if (killTimer !== undefined || child.exitCode !== null || child.signalCode !== null) return;
      signalGroup(child, 'SIGTERM');
      killTimer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
    },
  };
}

let tie: readonly string[] | null = null;

/** Puts the kernel in charge of ending k6 with us, even after a SIGKILL, where a trial shows that it can. */
function deathTie(): readonly string[] {
  const prefix = ['setpriv', '--pdeathsig', 'KILL', '--'];
  tie ??= spawnSync('setpriv', [...prefix.slice(1), 'true'], { stdio: 'ignore' }).status === 0 ? prefix : [];
  return tie;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

function exitOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('close', (code, signal) => resolve({ code, signal, error: null }));
    // A pipe that something else still holds must not keep us waiting.
    child.once('exit', (code, signal) => {
      setTimeout(() => resolve({ code, signal, error: null }), PIPE_GRACE_MS).unref();
    });
  });
}
