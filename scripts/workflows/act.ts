import { spawn } from 'node:child_process';
import { endAll } from './processes';

export interface ActRequest {
  readonly program: string;
  /** The repository whose workflows run. */
  readonly repository: string;
  readonly workflow: string;
  readonly event: { readonly name: string; readonly path: string };
  readonly actor: string;
  /** Everything that act makes goes below it, and it marks every process of the run. */
  readonly directory: string;
  /** `owner/name@commit` to the directory of its double. */
  readonly doubles: Readonly<Record<string, string>>;
  /** The whole environment of act itself and of every step. */
  readonly environment: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  /** What only the steps see, over what act sets by itself. */
  readonly forSteps: Readonly<Record<string, string>>;
  readonly token: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

export interface ActRun {
  /** 0 when every job ended well; null when it was ended. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

const RUNNERS = ['ubuntu-latest', 'ubuntu-24.04', 'ubuntu-22.04'];

/** Runs one workflow on this machine: no container, no network. Ends every process that it started. */
export async function act(request: ActRequest): Promise<ActRun> {
  const { program, directory, environment, limitMs, signal } = request;
  const child = spawn(program, argumentsOf(request), {
    cwd: directory,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let [stdout, stderr, timedOut] = ['', '', false];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const stop = (): void => void child.kill('SIGINT');
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
    // A step that does not end by itself ends with the rest of the run.
    setTimeout(() => void child.kill('SIGKILL'), 10_000).unref();
  }, limitMs);
  signal.addEventListener('abort', stop);
  const code = await new Promise<number | null>((ended) => {
    child.once('error', () => ended(null));
    child.once('close', ended);
  });
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
  await endAll(directory);
  return { code, stdout, stderr, timedOut };
}

function argumentsOf(request: ActRequest): readonly string[] {
  const { repository, workflow, event, actor, directory, doubles, variables, forSteps, token } = request;
  const pairs = (flag: string, values: Readonly<Record<string, string>>) =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  return [
    event.name,
    ...['--directory', repository, '--workflows', `.github/workflows/${workflow}`, '--eventpath', event.path, '--actor', actor],
    ...['--action-cache-path', `${directory}/act`, '--no-cache-server', '--no-skip-checkout', '--defaultbranch', 'main', '--json'],
    ...RUNNERS.flatMap((name) => ['--platform', `${name}=-self-hosted`]),
    ...pairs('--local-repository', doubles),
    ...pairs('--var', variables),
    ...pairs('--env', forSteps),
    ...['--secret', `GITHUB_TOKEN=${token}`],
  ];
}
