import type { StageEvidence } from '../evidence-schema';
import { judgeGate } from '../judges/judge';
import type { JudgeContext, Judgement } from '../judges/judgement';
import { judgeLoad } from '../judges/load-validity';
import { measureFloor } from '../measure/floor';
import { unmeasured } from '../measure/measured';
import type { Gate } from '../policy/gate';
import type { Policy } from '../policy/policy';
import { gatesOf } from '../policy/resolve';
import { REASONS, type ReasonCode } from '../reasons';
import { bestCase } from './best-case';

/** Failures that only get worse with more evidence. A trend and what is judged after the load are none. */
const MONOTONE: readonly ReasonCode[] = ['above-limit', 'leak-level', 'over-capacity'];

/**
 * Whether a gate that fails on a part of the judged window must fail on all of it, whatever the rest of the planned load
 * brings (curtailment). A stop for such a gate spends nothing of the gate's error rate: it only ever comes before a
 * verdict that the full window would have reached as well.
 */
export function isCertain(gate: Gate, judged: Judgement, context: JudgeContext): boolean {
  // A comparison gives its own reason first, and that is a rank test's: what it will say is not certain.
  if (gate.judge === 'baseline' || !MONOTONE.includes(judged.reason)) return false;
  const stage = bestCase(gate, context.stage);
  return stage !== null && REASONS[judgeGate(gate, { ...context, stage }).reason].verdict === 'failed';
}

export interface LookInput {
  /** Evidence until now: `window` and `judged` end at the look, and `stopped` says so. */
  readonly stage: StageEvidence;
  readonly policy: Policy;
  /** Stages of the same run that ran before. */
  readonly earlier: readonly StageEvidence[];
}

/** The enforced gates that are certain to fail, in the policy's order; none while the load until now is in doubt. */
export function certainFailures({ stage, policy, earlier }: LookInput): readonly string[] {
  if (REASONS[judgeLoad({ stage, policy, earlier }).reason].verdict !== 'passed') return [];
  const baseline = unmeasured('stopped-early', 'a comparison is never certain before the end of the load');
  const context: JudgeContext = { stage, policy, floor: measureFloor(stage), earlier, baseline };
  return gatesOf(policy, stage.name)
    .filter((gate) => gate.mode === 'enforce' && isCertain(gate, judgeGate(gate, context), context))
    .map(({ id }) => id);
}
