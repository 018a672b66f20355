import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startProcess } from '../evidence/k6/process';
import { ConfigurationError, InterruptedError } from './errors';

const PROGRAM = join('infra', 'synth.ts');
/** All that reaches the program: an account, a region or a CDK context of the environment would change the assembly. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR'] as const;

export interface SynthRequest {
  readonly root: string;
  /** Where the assembly is written to. */
  readonly directory: string;
  readonly entry: string;
  readonly policy: string;
  readonly signal: AbortSignal;
}

/**
 * Runs the program that makes the cloud assembly, as a process of its own: the CDK is no part of Tidegate.
 * @throws ConfigurationError with what the program said when it made none; InterruptedError once it has ended after an abort
 */
export async function synthesize({ root, directory, entry, policy, signal }: SynthRequest): Promise<void> {
  const program = join(root, PROGRAM);
  if (!existsSync(program)) throw new ConfigurationError(`${PROGRAM}: no such file, so there is nothing that makes a cloud assembly`);
  const loader = join(root, 'node_modules', 'ts-node', 'register');
  const args = ['-r', loader, program, '--out', directory, '--entry', entry, '--policy', policy];
  const inherited = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  // Else ts-node looks for the compiler settings where the user stands, and leaves a cache among the temporary files.
  const settings = { TS_NODE_PROJECT: join(root, 'tsconfig.json'), DISABLE_V8_COMPILE_CACHE: '1' };
  const child = startProcess(process.execPath, args, { ...Object.fromEntries(inherited), ...settings });
  const stop = (): void => child.end();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  child.stdout.resume();
  const [said, { code, signal: killedBy, error }] = await Promise.all([text(child.stderr), child.exited]);
  signal.removeEventListener('abort', stop);
  if (signal.aborted) throw new InterruptedError('stopped while the assembly was being made');
  if (code === 0) return;
  const why = error?.message ?? messageIn(said) ?? `it ended with ${killedBy ?? `exit code ${code}`} and said nothing`;
  throw new ConfigurationError(`${PROGRAM} made no cloud assembly: ${why}`);
}

/** What a person wants of a stack trace: its message, without the frames and the source line above it. */
function messageIn(stderr: string): string | null {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line));
  const thrown = lines.findIndex((line) => /^\w*Error\b.*?: /.test(line));
  const said = (thrown === -1 ? lines : lines.slice(thrown)).join('\n');
  return said === '' ? null : said;
}
