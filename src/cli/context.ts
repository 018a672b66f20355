import { AwsError } from '../aws/failure';
import { EXIT } from '../contract';
import { GithubError } from '../github/failure';
import { LedgerUnreadableError } from '../ledger/ledger';
import { ObjectMissingError } from '../ledger/objects';
import { ConfigurationError, InterruptedError, RefusedError } from '../pipeline/errors';
import { DeployFailedError } from '../targets/target';

/** What a command is given besides its options. */
export interface CommandContext {
  /** The project that is delivered: where its policy, releases and k6 scripts are. */
  readonly root: string;
  /** Where Tidegate itself is: its tools, its k6 library. The same directory in Tidegate's own repository. */
  readonly home: string;
  /** Where the ledger, the kept packages and a running twin's addresses are. */
  stateDirectory(): string;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Receives the exit code of the command that ran. */
export type Done = (code: ExitCode) => void;

/** AWS that does not answer proves nothing; what it refuses is refused; what nobody could sign or find is for its caller to put right. */
const CODE_OF_PROBLEM = {
  transient: EXIT.inconclusive,
  rejected: EXIT.failed,
  forbidden: EXIT.usage,
  credentials: EXIT.usage,
  'not-found': EXIT.usage,
} as const;

/** Turns what a command threw into one message and an exit code. */
export function failureOf(error: unknown, signal: AbortSignal): { readonly code: ExitCode; readonly message: string } {
  const crash = signal.aborted && !(signal.reason instanceof InterruptedError) ? signal.reason : null;
  if (crash !== null) return { code: EXIT.internal, message: `Internal fault: ${textOf(crash)}` };
  if (signal.aborted || error instanceof InterruptedError) return { code: EXIT.interrupted, message: 'Interrupted.' };
  if (error instanceof ConfigurationError) return { code: EXIT.usage, message: error.message };
  if (error instanceof RefusedError) return { code: EXIT.failed, message: error.message };
  if (error instanceof DeployFailedError) return { code: EXIT.failed, message: `Not deployed: ${error.message}` };
  if (error instanceof AwsError) return { code: CODE_OF_PROBLEM[error.problem], message: error.message };
  if (error instanceof GithubError)
    return {
      code: error.problem === 'unavailable' || error.problem === 'rate-limited' ? EXIT.inconclusive : EXIT.usage,
      message: error.message,
    };
  if (error instanceof ObjectMissingError) return { code: EXIT.failed, message: `Refused (package-missing): ${error.message}` };
  if (error instanceof LedgerUnreadableError) return { code: EXIT.failed, message: `Refused (ledger-unreadable): ${error.message}` };
  return { code: EXIT.internal, message: `Internal fault: ${textOf(error)}` };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/**
 * Aborted by the first signal, by a reader of our output that went away, or by a fault that nobody caught: in each case the
 * command still ends what it started. A second signal does not wait for it.
 */
export function interruptible(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(EXIT.interrupted);
      stderr.write('\nStopping; every process that was started is being ended. Once more to leave at once.\n');
      controller.abort(new InterruptedError(`stopped by ${name}`));
    });
  }
  for (const stream of [stdout, stderr])
    stream.on('error', () => controller.abort(new InterruptedError('nobody reads the output any more')));
  process.on('uncaughtException', (error) => {
    if (controller.signal.aborted) process.exit(EXIT.internal);
    controller.abort(error);
  });
  return controller.signal;
}
