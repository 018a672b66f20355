import type { LeakGate } from '../gates/policy/gate';
import { type ComparedCell, comparedCell } from './compared-cell';
import type { RunPlan } from './healthy-run';
import { type LeakCell, leakCell, leakPower, type Power, type Question, SOAK_LENGTHS } from './leak-cell';
import { AR1, MODELS, ROUGH_MODELS } from './models';
import { type PolicyCell, policyCell } from './policy-cell';
import { largest, type NamedRate, smallest } from './rate';
import { type RoughCell, roughCell } from './rough-cell';
import type { Steps } from './steps';

/** Beyond so many datapoints the trend is taken on medians of blocks: that has to hold too, and costs more per trial. */
const LONG: readonly number[] = [120, 1440];
const LONG_SHARE = 0.02;
/** Where nothing is promised a rough number will do. */
const ROUGH_SHARE = 0.2;
/** Leaks of the detection curve, in connections per environment and minute. */
const LEAKS = [0.5, 1, 2, 3, 4, 5, 6, 8] as const;

/** How often the policy's gates are wrong, by simulation. */
export interface Calibration {
  readonly schemaVersion: 1;
  readonly kind: 'models';
  readonly trials: number;
  readonly seed: number;
  readonly gate: Pick<LeakGate, 'id' | 'growthFloor' | 'growthFloorAbsolute' | 'confidence' | 'minDatapoints'>;
  /**
   * Of the worst of all rows with the full number of trials for which there is a promise, and which it is: many rows that cannot
   * fail would hide it in a mean.
   */
  readonly falseAlarmRate: NamedRate;
  readonly inconclusiveRate: NamedRate;
  /** By the trend alone: what a level finds says nothing of the trend. */
  readonly detectionRate: NamedRate;
  readonly cells: readonly LeakCell[];
  /** The models again, beside the soak of a release before. */
  readonly compared: readonly ComparedCell[];
  /** Noise for which nothing is promised. */
  readonly rough: readonly RoughCell[];
  readonly power: readonly Power[];
  readonly policy: PolicyCell;
}

export interface Task extends Question {
  readonly profile: string;
  readonly run: Omit<RunPlan, 'assumptions'>;
}

/** Cell after cell; the same task gives the same bytes. */
export function* calibrate(task: Task): Steps<Calibration> {
  const lengths = SOAK_LENGTHS.filter((length) => length >= task.gate.minDatapoints);
  const grid = MODELS.flatMap((model) => lengths.map((points) => ({ model, points })));
  const cells: LeakCell[] = [];
  for (const { model, points } of grid) {
    yield `${model.name}, ${points} datapoints`;
    cells.push(yield* leakCell(task, model, points));
  }
  const some = (share: number) => ({ ...task, trials: Math.max(1, Math.round(share * task.trials)) });
  for (const points of LONG) {
    yield `${AR1.name}, ${points} datapoints`;
    cells.push(yield* leakCell(some(LONG_SHARE), AR1, points));
  }
  const compared: ComparedCell[] = [];
  for (const { model, points } of grid) {
    yield `${model.name}, ${points} datapoints, beside an earlier release`;
    compared.push(yield* comparedCell(task, model, points));
  }
  const rough: RoughCell[] = [];
  for (const model of ROUGH_MODELS) {
    yield `${model.name}, which is rougher than the promise is made for`;
    for (const points of lengths) rough.push(yield* roughCell(some(ROUGH_SHARE), model, points));
  }
  yield 'detection curve';
  const power: Power[] = [];
  for (const points of lengths) for (const leak of LEAKS) power.push(yield* leakPower(task, AR1, points, leak));
  yield `the whole policy, profile ${task.profile}`;
  const policy = yield* policyCell(task.profile, task.run, task);
  const { id, growthFloor, growthFloorAbsolute, confidence, minDatapoints } = task.gate;
  return {
    schemaVersion: 1,
    kind: 'models',
    trials: task.trials,
    seed: task.seed,
    gate: { id, growthFloor, growthFloorAbsolute, confidence, minDatapoints },
    ...worstOf(cells, compared, policy),
    cells,
    compared,
    rough,
    power,
    policy,
  };
}

function worstOf(all: readonly LeakCell[], compared: readonly ComparedCell[], policy: PolicyCell) {
  const cells = all.filter(({ points }) => !LONG.includes(points));
  const rows = [
    ...cells.map((cell) => ({ ...cell, of: `${cell.model}, ${cell.points} minutes` })),
    ...compared.map((cell) => ({ ...cell, of: `${cell.model}, ${cell.points} minutes, beside an earlier soak` })),
    { ...policy, of: `the whole policy, profile ${policy.profile}` },
  ];
  return {
    falseAlarmRate: largest(rows.map(({ of, falseAlarmRate }) => ({ of, ...falseAlarmRate }))),
    inconclusiveRate: largest(rows.map(({ of, inconclusiveRate }) => ({ of, ...inconclusiveRate }))),
    detectionRate: smallest(
      cells.map(({ model, points, trendDetectionRate }) => ({ of: `${model}, ${points} minutes`, ...trendDetectionRate })),
    ),
  };
}
