import type { Workspace } from '../pipeline/workspace';
import type { Target } from '../targets/target';
import type { Twin } from '../twin/twin';

/** A target with its workspace, for as long as one command runs. */
export interface Session {
  readonly target: Target;
  readonly workspace: Workspace;
  /** @returns the path of the k6 binary. @throws ConfigurationError when it is missing: only what makes load needs it */
  k6(): string;
  /** Null on AWS. */
  readonly twin: Twin | null;
  /** Ends every process and removes every temporary file. */
  close(): Promise<void>;
}
