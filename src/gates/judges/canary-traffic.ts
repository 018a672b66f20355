import { metricNamed } from '../catalogue';
import { type Measured, measured, unmeasured } from '../measure/measured';
import { measureWindow } from '../measure/value';
import { isProportion } from '../policy/expression';
import type { Gate } from '../policy/gate';
import { gatesOf } from '../policy/resolve';
import { type JudgeContext, type Judgement, judgement, notMeasured } from './judgement';
import { minRequestsOf } from './rules';

/**
 * A canary's load is what clients send: each version must have had the requests that the canary's gates need, the new
 * one to be judged and the previous one to show that the shift was one.
 */
export function judgeCanaryTraffic({ stage, policy }: Pick<JudgeContext, 'stage' | 'policy'>): Judgement {
  const needed = requestsNeeded(gatesOf(policy, 'canary'));
  const base = { limit: needed, unit: 'count' };
  const { version, previousVersion } = stage.identity;
  if (previousVersion === null)
    return notMeasured(unmeasured('load-not-applied', 'there was no previous version beside the new one'), base);
  const fresh = invocations(stage, version);
  if (!fresh.ok) return notMeasured(fresh, base);
  const previous = invocations(stage, previousVersion);
  if (!previous.ok) return notMeasured(previous, base);
  const rest = {
    ...base,
    value: fresh.value,
    n: Math.round(fresh.value),
    details: { newVersion: fresh.value, previousVersion: previous.value },
  };
  const seen = `The new version had ${fresh.value} requests, the previous one ${previous.value}; each needs ${needed}.`;
  return judgement(Math.min(fresh.value, previous.value) < needed ? 'too-few-requests' : 'load-applied', seen, rest);
}

/** Requests that each version must have had before a canary's gates can be judged. */
export function requestsNeeded(gates: readonly Gate[]): number {
  return Math.max(1, ...gates.map((gate) => (gate.judge === 'limit' && isProportion(gate.of) ? minRequestsOf(gate) : 1)));
}

function invocations(stage: JudgeContext['stage'], version: string): Measured<number> {
  const metric = metricNamed('lambda.invocations');
  const window = measureWindow(stage, metric, metric.dimensions(stage.identity, version));
  return window.ok ? measured(window.value.value) : window;
}
