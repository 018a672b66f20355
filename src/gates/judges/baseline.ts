import { unmeasured } from '../measure/measured';
import { unitOf } from '../policy/expression';
import type { BaselineGate } from '../policy/gate';
import { type JudgeContext, type Judgement, notMeasured } from './judgement';

/** A measurement against the same one of the release that was promoted last. */
export function judgeBaseline(gate: BaselineGate, { baseline }: JudgeContext): Judgement {
  const base = { limit: gate.max?.value ?? null, unit: unitOf(gate.of) };
  if (!baseline.ok) return notMeasured(baseline, base);
  return notMeasured(unmeasured('baseline-too-short', 'nothing was compared'), base);
}
