import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { LoadResult } from '../../../src/evidence/k6/load-evidence';
import { type LoadRequest, loadLeadMs, runLoad } from '../../../src/evidence/k6/run-load';
import { loadToolchain } from '../../../src/pipeline/toolchain';

export const repository = resolve(__dirname, '..', '..', '..');
export const k6 = loadToolchain().k6.path;

export interface TestDirectory {
  readonly path: string;
  read(name: string): string;
  /** An executable that stands in for k6, or starts it: `$K6` is the real one, `$PID_FILE` takes the process id. */
  program(script: string): string;
  pid(): number;
  remove(): void;
}

export function testDirectory(): TestDirectory {
  const path = mkdtempSync(join(tmpdir(), 'load-'));
  const pidFile = join(path, 'pid');
  return {
    path,
    read: (name) => readFileSync(join(path, name), 'utf8'),
    program(script) {
      const file = join(path, 'program.sh');
      writeFileSync(file, `#!/bin/sh\nK6='${k6}'\nPID_FILE='${pidFile}'\n${script}\n`);
      chmodSync(file, 0o755);
      return file;
    },
    pid: () => Number(readFileSync(pidFile, 'utf8')),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Says that it is a k6 and does the rest of the script when it is told to run. */
export const asK6 = (run: string): string =>
  `if [ "$1" = version ]; then echo "k6 v2.2.0 (fake)"; exit 0; fi\necho $$ > "$PID_FILE"\n${run}`;

/** The first whole second by which a small load can begin. */
export function soon(plan: LoadRequest['plan']): number {
  return Math.ceil((Date.now() + 500 + (plan.warm > 0 ? 1000 : 0)) / 1000) * 1000;
}

/** The first whole second by which a load can begin on a busy machine too: for tests of exact times. */
export function surely(plan: LoadRequest['plan']): number {
  return Math.ceil((Date.now() + loadLeadMs(plan)) / 1000) * 1000;
}

/** Runs a load of the soak script; every part of the request can be replaced. */
export function load(request: Pick<LoadRequest, 'plan' | 'baseUrl' | 'directory'> & Partial<LoadRequest>): Promise<LoadResult> {
  return runLoad({
    k6,
    script: join(repository, 'k6', 'soak.ts'),
    startAt: soon(request.plan),
    signal: new AbortController().signal,
    ...request,
  });
}

/** A process that is dead but that nobody has waited for is not alive. */
export function isAlive(pid: number): boolean {
  try {
    return !/^Z/.test(execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim());
  } catch {
    return false;
  }
}

/** Waits until a condition holds; the test's own time-out ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((next) => setTimeout(next, 20));
}
