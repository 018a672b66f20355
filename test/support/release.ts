import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { CACHE_ENV } from '../../src/contract';
import { LAMBDA_BUNDLE } from '../../src/pipeline/bundle-options';
import { eventOf } from '../api/support';

const ROOT = resolve(__dirname, '..', '..');

export interface ReleaseAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A release in a process of its own, one request at a time as in an execution environment. */
export interface RunningRelease {
  /** @returns 'no answer' when nothing came within the time that the function had */
  call(method: string, target: string, body?: unknown): Promise<ReleaseAnswer | 'no answer'>;
  /** All that it has written so far. */
  output(): string;
  end(): Promise<void>;
}

interface Bundle {
  readonly directory: string;
  readonly path: string;
  readonly bytes: number;
}

const bundles = new Map<string, Promise<Bundle>>();

/** Bundles a release as the pipeline does, once for each entry. */
export function bundleRelease(entry: string): Promise<Bundle> {
  const known = bundles.get(entry) ?? bundle(entry);
  bundles.set(entry, known);
  return known;
}

/** Removes what `bundleRelease` wrote. */
export async function removeBundles(): Promise<void> {
  for (const made of bundles.values()) await rm((await made).directory, { recursive: true, force: true });
  bundles.clear();
}

async function bundle(entry: string): Promise<Bundle> {
  const directory = await mkdtemp(join(tmpdir(), 'release-'));
  const path = join(directory, 'index.js');
  const result = await build({ ...LAMBDA_BUNDLE, entryPoints: [join(ROOT, entry)], outfile: path, logLevel: 'silent', metafile: true });
  return { directory, path, bytes: Object.values(result.metafile.outputs)[0]?.bytes ?? 0 };
}

interface StartOptions {
  readonly primary: string;
  readonly reader?: string;
  /** Most file descriptors that the process may have. */
  readonly descriptors?: number;
  /** Time that each invocation has, milliseconds. */
  readonly timeoutMs?: number;
}

export async function startRelease(entry: string, options: StartOptions): Promise<RunningRelease> {
  const { primary, reader = primary, descriptors = 1024, timeoutMs = 3000 } = options;
  const { path } = await bundleRelease(entry);
  const script = `ulimit -n ${descriptors}; exec "$0" "$@"`;
  const child = spawn('sh', ['-c', script, process.execPath, join(__dirname, 'drive-release.cjs'), path], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'], [CACHE_ENV.primaryUrl]: primary, [CACHE_ENV.readerUrl]: reader },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      text += String(chunk);
    });
  }
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  const waiting = new Map<unknown, (answer: ReleaseAnswer | 'no answer') => void>();
  child.on('message', (message: { id: unknown; answer?: ReleaseAnswer }) => waiting.get(message.id)?.(message.answer ?? 'no answer'));
  const answerOf = (id: unknown, limitMs: number) =>
    new Promise<ReleaseAnswer | 'no answer'>((done) => {
      const timer = setTimeout(done, limitMs, 'no answer');
      waiting.set(id, (answer) => {
        clearTimeout(timer);
        done(answer);
      });
    });
  await answerOf('ready', 10_000);
  let next = 0;
  return {
    call: (method, target, body) => {
      next += 1;
      const answer = answerOf(next, timeoutMs);
      child.send({ id: next, event: eventOf(method, target, { body }), remainingMs: timeoutMs }, () => undefined);
      return answer;
    },
    output: () => text,
    end: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
