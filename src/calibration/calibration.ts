import type { LeakGate } from '../gates/policy/gate';
import type { RunPlan } from './healthy-run';
import { type ComparedCell, comparedCell, type LeakCell, leakCell, leakPower, type Power, type Question, SOAK_LENGTHS } from './leak-cell';
import { AR1, MODELS } from './models';
import { type PolicyCell, policyCell } from './policy-cell';
import { pooled, type Rate } from './rate';
import type { Steps } from './steps';

/** Beyond so many datapoints the trend is taken on medians of blocks: that has to hold too, and costs more per trial. */
const LONG = [120, 1440] as const;
const LONG_SHARE = 0.02;
/** Leaks of the detection curve, in connections per environment and minute. */
const LEAKS = [0.5, 1, 2, 3, 4, 5, 6, 8] as const;

/** How often the policy's gates are wrong, by simulation. */
export interface Calibration {
  readonly schemaVersion: 1;
  readonly kind: 'models';
  readonly trials: number;
  readonly seed: number;
  readonly gate: Pick<LeakGate, 'id' | 'growthFloor' | 'growthFloorAbsolute' | 'confidence' | 'minDatapoints'>;
  /** Of all cells together. */
  readonly falseAlarmRate: Rate;
  readonly inconclusiveRate: Rate;
  readonly detectionRate: Rate;
  readonly cells: readonly LeakCell[];
  /** The first model again, beside the soak of a release before. */
  readonly compared: readonly ComparedCell[];
  readonly power: readonly Power[];
  readonly policy: PolicyCell;
}

export interface Task extends Question {
  readonly profile: string;
  readonly run: Omit<RunPlan, 'leak'>;
}

/** Cell after cell; the same task gives the same bytes. */
export function* calibrate(task: Task): Steps<Calibration> {
  const cells: LeakCell[] = [];
  const lengths = SOAK_LENGTHS.filter((length) => length >= task.gate.minDatapoints);
  for (const model of MODELS) {
    for (const points of lengths) {
      yield `${model.name}, ${points} datapoints`;
      cells.push(yield* leakCell(task, model, points));
    }
  }
  const few = { ...task, trials: Math.max(1, Math.round(LONG_SHARE * task.trials)) };
  for (const points of LONG) {
    yield `${AR1.name}, ${points} datapoints`;
    cells.push(yield* leakCell(few, AR1, points));
  }
  const compared: ComparedCell[] = [];
  for (const points of lengths) {
    yield `${AR1.name}, ${points} datapoints, beside an earlier release`;
    compared.push(yield* comparedCell(task, AR1, points));
  }
  yield 'detection curve';
  const power: Power[] = [];
  for (const points of lengths) for (const leak of LEAKS) power.push(yield* leakPower(task, AR1, points, leak));
  yield `the whole policy, profile ${task.profile}`;
  const policy = yield* policyCell(task.profile, task.run, task);
  const all = [...cells, policy];
  const { id, growthFloor, growthFloorAbsolute, confidence, minDatapoints } = task.gate;
  return {
    schemaVersion: 1,
    kind: 'models',
    trials: task.trials,
    seed: task.seed,
    gate: { id, growthFloor, growthFloorAbsolute, confidence, minDatapoints },
    falseAlarmRate: pooled(all.map(({ falseAlarmRate }) => falseAlarmRate)),
    inconclusiveRate: pooled(all.map(({ inconclusiveRate }) => inconclusiveRate)),
    detectionRate: pooled(all.map(({ detectionRate }) => detectionRate)),
    cells,
    compared,
    power,
    policy,
  };
}
