import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { DELIVERY_ENV, EXIT } from '../contract';
import { addCommands } from './commands';
import { type CommandContext, failureOf, interruptible } from './context';

const STATE_DIRECTORY = '.tidegate';

/** Parses the command line, runs one command and sets the exit code. */
export async function main(argv: readonly string[], { root, home }: Pick<CommandContext, 'root' | 'home'>): Promise<number> {
  const signal = interruptible(process.stdout, process.stderr);
  const program = new Command('tidegate')
    // `publish` has a `--state` of its own: what stands behind the command is the command's.
    .enablePositionalOptions()
    .option(
      '--state <dir>',
      'where the ledger and the kept packages are; stands before the command',
      process.env[DELIVERY_ENV.state] || STATE_DIRECTORY,
    )
    .description('A delivery pipeline for Redis-backed Lambda APIs that can be trusted to say no.')
    .exitOverride()
    .showHelpAfterError('(run it with --help to see what it takes)');
  let code: number = EXIT.ok;
  const stateDirectory = () => resolve(root, program.opts<{ state: string }>().state);
  addCommands(program, { root, home, stateDirectory, stdout: process.stdout, stderr: process.stderr, signal }, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const failure = failureOf(error, signal);
    process.stderr.write(`${failure.message}\n`);
    return failure.code;
  }
}

if (require.main === module) {
  const repository = join(__dirname, '..', '..');
  main(process.argv.slice(2), { root: repository, home: repository }).then((code) => {
    process.exitCode = code;
  });
}
