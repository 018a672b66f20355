/** Runs other programs during the set-up, and finds them. */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const KEPT_OUTPUT = 64 * 1024;
const KILL_AFTER_MS = 3_000;

/**
 * Runs a program to its end in a process group of its own, so that stopping it stops its children too.
 *
 * @returns {Promise<{ ok: boolean, output: string, reason: string }>} never rejects but for an abort.
 */
export function run(command, args, { cwd, env, timeoutMs, signal }) {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let timedOut = false;
    const keep = (chunk) => {
      output = (output + chunk).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const stop = () => stopGroup(child.pid);
    const timer = setTimeout(() => {
      timedOut = true;
      stop();
    }, timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    const settle = (outcome) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason);
      else resolve(outcome);
    };
    child.on('error', (error) =>
      settle({ ok: false, output, reason: error.code === 'ENOENT' ? `${command} is not installed` : error.message }),
    );
    child.on('close', (code, killedBy) => {
      const reason = timedOut ? `no end within ${timeoutMs / 1000} s` : `exit ${code ?? killedBy}`;
      settle({ ok: code === 0, output, reason: code === 0 ? '' : reason });
    });
  });
}

/** Executables of these names on PATH, in its order. */
export function executables(names, env) {
  const directories = (env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  return names.flatMap((name) => directories.map((directory) => join(directory, name)).filter(isExecutable));
}

/** The dotted version that a program prints, or null when it does not run. */
export async function versionOf(path, args, context) {
  const { ok, output } = await run(path, args, { env: context.env, timeoutMs: 15_000, signal: context.signal });
  return ok ? (/\bv?=?(\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1] ?? null) : null;
}

/** Compares two dotted versions by number: negative when `a` is older. */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The last line that says something, for a one-line reason. */
export function lastLine(output) {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.findLast((line) => line !== '') ?? '';
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function stopGroup(pid) {
  if (pid === undefined) return;
  signalGroup(pid, 'SIGTERM');
  setTimeout(() => signalGroup(pid, 'SIGKILL'), KILL_AFTER_MS).unref();
}

function signalGroup(pid, name) {
  try {
    process.kill(-pid, name);
  } catch {
    // The group has ended already.
  }
}
