import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { type GateReport, gateReportSchema } from '../../src/gates/report-schema';
import { loadToolchain } from '../../src/pipeline/toolchain';

export const ROOT = resolve(__dirname, '..', '..');
export const TEST_POLICY = 'test/fixtures/policies/test.yaml';
/** The options that make a run the size of a test. */
export const TEST_SIZE = ['--policy', TEST_POLICY, '--profile', 'test'] as const;

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A place of its own for commands: state, report and every temporary file are below one directory. */
export interface Bench {
  readonly directory: string;
  readonly out: string;
  run(...args: readonly string[]): Promise<CommandResult>;
  /** Starts a command and leaves it running; `until` resolves when its output matches. */
  start(...args: readonly string[]): RunningCommand;
  report(): GateReport;
  /** Resolves when a process of the bench has the text in its command line. */
  untilProcess(text: string): Promise<void>;
  /** Temporary files that are still there, and processes that still work on them. */
  leftovers(): readonly string[];
  remove(): void;
}

export interface RunningCommand {
  readonly pid: number;
  until(pattern: RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Closes our end of its output, as `head` does. */
  closeOutput(): void;
  readonly ended: Promise<CommandResult>;
}

export function openBench(): Bench {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'acceptance-')));
  const temporary = join(directory, 'temporary');
  const out = join(directory, 'report');
  mkdirSync(temporary);
  const start = (...args: readonly string[]): RunningCommand => launch(['--state', join(directory, 'state'), ...args], temporary);
  return {
    directory,
    out,
    start,
    run: (...args) => start(...args).ended,
    async untilProcess(text) {
      while (!processesOf(directory).some((line) => line.includes(text))) await new Promise((done) => setTimeout(done, 50));
    },
    report: () => gateReportSchema.parse(JSON.parse(readFileSync(join(out, 'gate-report.json'), 'utf8'))),
    leftovers: () => [...readdirSync(temporary), ...processesOf(directory)],
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The command line of these sources in one file: most of a short command would be ts-node's start. Where it lies, the repository is two up. */
function compiledProgram(): string {
  const directory = mkdtempSync(join(ROOT, '.tools', 'bench-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const outfile = join(directory, 'tidegate.cjs');
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['src/cli/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    external: ['esbuild'],
    logLevel: 'error',
  });
  for (const file of ['bootstrap.cjs', 'lookup-errors.cjs']) copyFileSync(join(ROOT, 'src', 'twin', 'lambda', file), join(directory, file));
  return outfile;
}

let program: string | undefined;

function launch(args: readonly string[], temporary: string): RunningCommand {
  program ??= compiledProgram();
  const child = spawn(loadToolchain(ROOT).node.path, [program, ...args], {
    cwd: ROOT,
    // The tests may themselves be a run of GitHub Actions, which no command of theirs is to speak for.
    env: { ...process.env, GITHUB_ACTIONS: '', GITHUB_OUTPUT: '', TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  const collect = (take: (text: string) => void) => (chunk: Buffer) => {
    take(chunk.toString());
    for (const look of watchers) look();
  };
  child.stdout.on(
    'data',
    collect((text) => {
      stdout += text;
    }),
  );
  child.stderr.on(
    'data',
    collect((text) => {
      stderr += text;
    }),
  );
  const ended = new Promise<CommandResult>((done) => {
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
  return {
    pid: child.pid ?? -1,
    ended,
    signal: (name) => child.kill(name),
    closeOutput() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    until: (pattern) =>
      new Promise((done, fail) => {
        const look = () => {
          if (!pattern.test(stdout + stderr)) return;
          watchers.delete(look);
          done();
        };
        watchers.add(look);
        look();
        void ended.then(() => fail(new Error(`ended before ${pattern} was seen:\n${stderr}\n${stdout}`)));
      }),
  };
}

/** Processes whose command line, working directory or environment names the directory (Linux). */
function processesOf(directory: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return ['cmdline', 'environ'].some((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(directory));
      } catch {
        return false;
      }
    })
    .map((pid) => `process ${pid}: ${commandOf(pid)}`);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return 'ended meanwhile';
  }
}
