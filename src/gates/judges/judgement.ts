import type { StageEvidence } from '../evidence-schema';
import type { Floor } from '../measure/floor';
import type { Measured, Unmeasured } from '../measure/measured';
import type { Policy } from '../policy/policy';
import type { ReasonCode } from '../reasons';

/** What a judge says; the verdict follows from the reason. */
export interface Judgement {
  readonly reason: ReasonCode;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
  readonly n: number;
  readonly message: string;
  readonly warned: boolean;
  /** The route that decided, where there is one. */
  readonly route?: string;
  readonly details: Readonly<Record<string, number | null>>;
}

/** What a judge may look at. */
export interface JudgeContext {
  readonly stage: StageEvidence;
  readonly policy: Policy;
  readonly floor: Floor;
  /** The stages of the same run before it, in any order; default none. */
  readonly earlier?: readonly StageEvidence[];
  /** The same stage of the release that was promoted last, under the same load; or why there is none. */
  readonly baseline: Measured<StageEvidence>;
}

type Measurement = Pick<Judgement, 'limit' | 'unit'> & Partial<Judgement>;

/** A judgement with what most of them leave empty filled in. */
export function judgement(reason: ReasonCode, message: string, rest: Measurement): Judgement {
  return { value: null, n: 0, warned: false, details: {}, ...rest, reason, message };
}

/** No verdict because a measurement is missing or cannot be believed. */
export function notMeasured(problem: Unmeasured, rest: Measurement): Judgement {
  return judgement(problem.reason, `No verdict: ${problem.detail}.`, rest);
}
