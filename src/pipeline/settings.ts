import type { Policy } from '../gates/policy/policy';
import type { TargetName } from '../gates/vocabulary';
import { ConfigurationError } from './errors';

/** How the metrics of a target are read; all in milliseconds. */
export interface MetricSettings {
  readonly periodMs: number;
  readonly pollMs: number;
  readonly deadlineMs: number;
  readonly floorDeadlineMs: number;
}

/** Without `settle` in the policy: ten polls a period, and the deadlines in periods. */
const DEFAULT_POLLS_PER_PERIOD = 10;
const DEFAULT_DEADLINE_PERIODS = 8;
const DEFAULT_FLOOR_DEADLINE_PERIODS = 15;

/** @throws ConfigurationError when the policy does not name the target. */
export function metricSettings(policy: Pick<Policy, 'targets'>, target: TargetName): MetricSettings {
  const found = policy.targets[target];
  if (!found) throw new ConfigurationError(`the policy names no target \`${target}\`: add \`targets.${target}\` to it`);
  return {
    periodMs: found.period,
    pollMs: found.settle?.poll ?? found.period / DEFAULT_POLLS_PER_PERIOD,
    deadlineMs: found.settle?.deadline ?? found.period * DEFAULT_DEADLINE_PERIODS,
    floorDeadlineMs: found.settle?.floorDeadline ?? found.period * DEFAULT_FLOOR_DEADLINE_PERIODS,
  };
}
