import { join } from 'node:path';
import { Command } from 'commander';
import { type CommandContext, type Done, failureOf } from '../../src/cli/context';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  /** What the command line would say on stderr. */
  readonly message: string;
  /** Warnings and progress. */
  readonly stderr: string;
}

/** Runs one command of the command line in this process, with its output and exit code. */
export async function runCommand(
  root: string,
  args: readonly string[],
  add: (program: Command, context: CommandContext, done: Done) => void,
): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  let code: number | null = null;
  const signal = new AbortController().signal;
  const sink = (take: (text: string) => void) => Object.assign(Object.create(process.stdout), { isTTY: false, write: take });
  const context: CommandContext = {
    root,
    home: join(__dirname, '..', '..'),
    stateDirectory: () => root,
    stdout: sink((text) => {
      stdout += text;
    }),
    stderr: sink((text) => {
      stderr += text;
    }),
    signal,
  };
  // The tests may themselves be a run of GitHub Actions, which no command of theirs is to speak for.
  for (const name of ['GITHUB_ACTIONS', 'GITHUB_OUTPUT']) delete process.env[name];
  const program = new Command('tidegate').exitOverride().configureOutput({ writeErr: () => undefined });
  add(program, context, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return { code, stdout, stderr, message: '' };
  } catch (error) {
    const failure = failureOf(error, signal);
    return { ...failure, stdout, stderr };
  }
}
