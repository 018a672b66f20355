import type { Policy } from '../../src/gates/policy/policy';
import { profilesOf, resolveStage } from '../../src/gates/policy/resolve';
import { ConfigurationError } from '../../src/pipeline/errors';
import { metricSettings } from '../../src/pipeline/settings';

const MINUTE_MS = 60_000;
/** For the judging itself and for the stop to arrive. */
const MARGIN_MS = 10 * MINUTE_MS;
/** CodeDeploy's own limit. */
const LONGEST_MINUTES = 2880;

/** What CodeDeploy is told of a canary. */
export interface CanaryTiming {
  /** Whole percent of the requests. */
  readonly percentage: number;
  /** How long the new version keeps that share before it gets the rest by itself. */
  readonly minutes: number;
}

/**
 * A canary that CodeDeploy does not complete before it can have been judged: its longest watch under any profile, the wait for its
 * metrics, and a margin.
 * @throws ConfigurationError when the policy has no canary, or one that CodeDeploy cannot run
 */
export function canaryTiming(policy: Policy): CanaryTiming {
  const canary = policy.stages.canary;
  if (canary === undefined) throw new ConfigurationError("the policy has no stage `canary`: production's deployment is made from it");
  const percentage = canary.weight * 100;
  if (Math.abs(percentage - Math.round(percentage)) > 1e-9) {
    throw new ConfigurationError(`stages.canary.weight: CodeDeploy takes whole percents, not ${percentage}`);
  }
  const minutes = Math.ceil((longestWatchMs(policy) + metricSettings(policy, 'aws').deadlineMs + MARGIN_MS) / MINUTE_MS);
  if (minutes > LONGEST_MINUTES) {
    throw new ConfigurationError(
      `stages.canary: CodeDeploy keeps a canary for ${LONGEST_MINUTES} minutes at most, this one needs ${minutes}`,
    );
  }
  return { percentage: Math.round(percentage), minutes };
}

function longestWatchMs(policy: Policy): number {
  const waits = profilesOf(policy).map((profile) => {
    const resolved = resolveStage(policy, 'canary', profile);
    return resolved.ok ? resolved.value.maxWaitMs : 0;
  });
  return Math.max(0, ...waits);
}
