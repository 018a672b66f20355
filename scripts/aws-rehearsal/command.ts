import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface CommandRequest {
  readonly root: string;
  readonly state: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Runs `tidegate` as a process of its own, prints what it prints, and returns how it ended. */
export async function tidegate({ root, state, environment, signal }: CommandRequest, args: readonly string[]): Promise<number | null> {
  const startedAt = Date.now();
  process.stdout.write(`\n$ tidegate ${args.join(' ')}\n`);
  const program = ['-r', join(root, 'node_modules', 'ts-node', 'register'), join(root, 'src', 'cli', 'main.ts')];
  const child = spawn(process.execPath, [...program, '--state', state, ...args], {
    cwd: root,
    env: { ...environment, TS_NODE_PROJECT: join(root, 'tsconfig.json'), DISABLE_V8_COMPILE_CACHE: '1' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  const code = await new Promise<number | null>((ended) => {
    child.once('error', () => ended(null));
    child.once('exit', ended);
  });
  signal.removeEventListener('abort', stop);
  process.stdout.write(`exit code ${code} after ${((Date.now() - startedAt) / 1000).toFixed(0)} s\n`);
  return code;
}
