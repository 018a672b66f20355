import type { Policy } from '../gates/policy/policy';
import type { TargetName } from '../gates/vocabulary';
import { metricSettings } from '../pipeline/settings';
import type { Workspace } from '../pipeline/workspace';
import type { Target } from '../targets/target';
import type { Twin } from '../twin/twin';
import { openAws } from './aws-session';
import type { CommandContext } from './context';
import { openTwin } from './twin-session';

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

/** @throws ConfigurationError when the policy or this machine lacks what the target needs */
export async function openSession(context: CommandContext, target: TargetName, policy: Policy): Promise<Session> {
  const { periodMs } = metricSettings(policy, target);
  if (target === 'aws') return openAws(context, policy);
  const session = await openTwin(context, periodMs);
  return { ...session, k6: () => session.tools.k6.path };
}
