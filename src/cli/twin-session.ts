import { ConfigurationError } from '../pipeline/errors';
import { loadToolchain, type Toolchain, ToolchainError } from '../pipeline/toolchain';
import { openWorkspace, type Workspace } from '../pipeline/workspace';
import type { Target } from '../targets/target';
import { twinTarget } from '../targets/twin';
import { startTwin, type Twin } from '../twin/twin';
import type { CommandContext } from './context';

/** A twin with its target and workspace, for as long as one command runs. */
export interface TwinSession {
  readonly twin: Twin;
  readonly target: Target;
  readonly workspace: Workspace;
  readonly tools: Toolchain;
  /** Ends every process and removes every temporary file. */
  close(): Promise<void>;
}

/** @throws ConfigurationError when a program that the twin needs is not in place. */
export async function openTwin({ home, stateDirectory }: CommandContext, periodMs: number): Promise<TwinSession> {
  const tools = toolsOf(home);
  const workspace = await openWorkspace(stateDirectory());
  try {
    const twin = await startTwin({
      directory: workspace.directory,
      valkeyServer: tools.valkeyServer.path,
      node: tools.node.path,
      periodMs,
    });
    const target = twinTarget(twin);
    return {
      twin,
      target,
      workspace,
      tools,
      async close() {
        try {
          await target.close();
        } finally {
          await workspace.close();
        }
      },
    };
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

export function toolsOf(home: string): Toolchain {
  try {
    return loadToolchain(home);
  } catch (error) {
    if (error instanceof ToolchainError) throw new ConfigurationError(error.message, { cause: error });
    throw error;
  }
}
