import type { Policy } from '../gates/policy/policy';
import type { TargetName } from '../gates/vocabulary';
import { metricSettings } from '../pipeline/settings';
import { openAws } from './aws-session';
import type { CommandContext } from './context';
import type { Session } from './session';
import { openTwin } from './twin-session';

/** @throws ConfigurationError when the policy or this machine lacks what the target needs */
export async function openSession(context: CommandContext, target: TargetName, policy: Pick<Policy, 'targets'>): Promise<Session> {
  const { periodMs } = metricSettings(policy, target);
  if (target === 'aws') return openAws(context, policy);
  const session = await openTwin(context, periodMs);
  return { ...session, k6: () => session.tools.k6.path };
}
