import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type GateReport, gateReportSchema } from '../../src/gates/report-schema';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A project in a directory of its own, and a person at its command line. */
export interface Bench {
  readonly directory: string;
  write(files: Readonly<Record<string, string>>): void;
  commit(message: string, first?: boolean): void;
  /** @returns the tarball's path */
  pack(): string;
  run(program: string, ...args: readonly string[]): Ran;
  /** @throws Error when the program fails */
  must(program: string, ...args: readonly string[]): Ran;
  /** The gate report of the last run; null when it left none. */
  report(): GateReport | null;
  /** Does something and says how long it took. */
  step<T>(label: string, work: () => T): T;
  say(text: string): void;
  /** Since the bench was opened. */
  seconds(): string;
}

const AUTHOR = ['-c', 'user.name=octo-author', '-c', 'user.email=octo-author@users.noreply.example.com'];

export function openBench(root: string, directory: string): Bench {
  const project = join(directory, 'service');
  const began = performance.now();
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const run = (program: string, ...args: readonly string[]): Ran => {
    const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: project, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    if (error !== undefined) throw error;
    return { code: status, stdout, stderr };
  };
  const must: Bench['must'] = (program, ...args) => {
    const ran = run(program, ...args);
    if (ran.code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${ran.code}:\n${ran.stderr}${ran.stdout}`);
    return ran;
  };
  return {
    directory: project,
    run,
    must,
    say,
    write(files) {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(project, path)), { recursive: true });
        writeFileSync(join(project, path), text);
      }
    },
    commit(message, first = false) {
      if (first) must('git', 'init', '--quiet');
      must('git', 'add', '--all');
      must('git', ...AUTHOR, 'commit', '--quiet', '--message', message);
    },
    pack: () => must('node', join(root, 'scripts', 'run.mjs'), 'pack', '--out', directory).stdout.trim(),
    report() {
      try {
        return gateReportSchema.parse(JSON.parse(readFileSync(join(project, 'tidegate-report', 'gate-report.json'), 'utf8')));
      } catch {
        return null;
      }
    },
    step(label, work) {
      const from = performance.now();
      const result = work();
      say(`${label}: ${((performance.now() - from) / 1000).toFixed(1)} s`);
      return result;
    },
    seconds: () => ((performance.now() - began) / 1000).toFixed(1),
  };
}
