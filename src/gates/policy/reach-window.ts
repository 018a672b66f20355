import { findMetric } from '../catalogue';
import type { LoadPlan } from '../load-plan';
import { stepsOf } from '../measure/stretches';
import type { Expression } from './expression';
import type { LimitGate } from './gate';
import type { Path } from './problems';
import type { ResolvedStage } from './resolve';

const SECOND_MS = 1000;

/** A stage of a profile on a target, and where the gate stands that is asked about. */
export interface Place {
  readonly stage: ResolvedStage;
  /** ms */
  readonly period: number;
  readonly path: Path;
  readonly profile: string;
  /** Whether the policy names a control route: then a route shares the load with at least one other. */
  readonly control: boolean;
}

export function loadName({ stage, profile }: Place): string {
  return `stages.${stage.name}.load.${profile}`;
}

/** Whether a gate's n are requests; else they are datapoints. */
export function readsRequests(of: Expression): boolean {
  return of.denominator !== null || findMetric(of.numerator)?.source === 'k6';
}

/** The grain of a measurement, ms: CloudWatch's period, or a second of k6's own series. */
export function stepOf(of: Expression, period: number): number {
  return findMetric(of.numerator)?.source === 'k6' ? SECOND_MS : period;
}

/** How long a stretch of `for` or `within` is, in whole steps; null for a gate that judges the whole window. */
export function stretchOf(gate: LimitGate, period: number): number | null {
  const wanted = gate.for ?? gate.within;
  const step = stepOf(gate.of, period);
  return wanted === undefined ? null : stepsOf(wanted, step) * step;
}

/** How long the peak of a plan lasts when its load is longer by so much, in whole periods: what its `duration` would have to say. */
export function atPeakFor(plan: LoadPlan, longerMs: number, period: number): number {
  const now = plan.segments.findLast((segment) => segment.rate === plan.peakRate)?.durationMs ?? 0;
  return now + Math.ceil(longerMs / period - 1e-6) * period;
}
