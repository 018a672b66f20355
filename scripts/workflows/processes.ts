import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 5_000;

/** Ends what still runs with the directory in its environment or command line (Linux): first by request, then outright. */
export async function endAll(directory: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (let name: NodeJS.Signals = 'SIGTERM'; ; name = Date.now() > until ? 'SIGKILL' : 'SIGCONT') {
    const pids = processesOf(directory);
    if (pids.length === 0 || Date.now() > 2 * PATIENCE_MS + until) return;
    for (const pid of pids) signal(pid, name);
    await pause(100);
  }
}

function processesOf(directory: string): readonly number[] {
  let names: readonly string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => ['environ', 'cmdline'].some((file) => contentOf(`/proc/${pid}/${file}`).includes(directory)))
    .map(Number);
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended meanwhile.
  }
}
