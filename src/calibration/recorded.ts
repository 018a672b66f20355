import type { LeakGate } from '../gates/policy/gate';
import { median } from '../gates/stats/quantile';
import type { Verdict } from '../gates/vocabulary';
import type { Question } from './leak-cell';
import { verdictOf } from './leak-trial';
import { randomFrom } from './random';
import { type Rate, rateOf } from './rate';
import type { RecordedSeries } from './recorded-series';
import { type RecordedWindow, windowsOf } from './recorded-windows';
import { countWhere, type Steps } from './steps';

/** Datapoints of a window: 1, 2 and 3 hours of a series with a step of 5 minutes. */
export const WINDOW_LENGTHS = [12, 24, 36] as const;
/** The injected leak grows to this share of the window's median. */
const LEAK = 0.5;
const FLOORS = [0.1, 0.15, 0.2, 0.25, 0.3, 0.4] as const;
const CONFIDENCES = [0.9, 0.95, 0.98, 0.99] as const;
/** The curve needs fewer windows than the cells: every so many are judged for it. */
const CURVE_SHARE = 4;

interface Shares {
  /** Windows without a label that failed, and that reached no verdict. */
  readonly falseAlarmRate: Rate;
  readonly inconclusiveRate: Rate;
  /** Windows that failed with a leak on top, of those whose median is above zero; null where there is none. */
  readonly detectionRate: Rate | null;
}
export interface RecordedCell extends Shares {
  readonly points: number;
}
export interface RecordedRow extends Shares {
  readonly series: string;
}
export interface CurvePoint extends Shares {
  readonly growthFloor: number;
  readonly confidence: number;
}

export interface Recorded extends Shares {
  readonly cells: readonly RecordedCell[];
  readonly series: readonly RecordedRow[];
  readonly curve: readonly CurvePoint[];
}

/**
 * The trend on series of somebody else's: no level and no absolute floor, which mean nothing in their units.
 * @returns null when no window is usable: all too short, broken by gaps, or labelled
 */
export function* judgeRecorded(question: Question, all: readonly RecordedSeries[]): Steps<Recorded | null> {
  const perSeries = Math.ceil(question.trials / (all.length * WINDOW_LENGTHS.length));
  const windows = all.flatMap((series) =>
    WINDOW_LENGTHS.flatMap((length) => windowsOf(series, length, perSeries, randomFrom(question.seed, `${series.name} ${length}`))),
  );
  if (windows.length === 0) return null;
  const gate = trendAlone(question.gate);
  yield `${windows.length} windows of ${all.length} series`;
  const judged = yield* judgeAll({ ...question, gate }, windows);
  const where = (matches: (window: RecordedWindow) => boolean) =>
    sharesOf(judged.flatMap(({ window, outcome }) => (matches(window) ? [outcome] : [])));
  const present = WINDOW_LENGTHS.filter((length) => windows.some(({ values }) => values.length === length));
  const names = all.map(({ name }) => name).filter((name) => windows.some(({ series }) => series === name));
  return {
    ...where(() => true),
    cells: present.map((points) => ({ points, ...where(({ values }) => values.length === points) })),
    series: names.map((name) => ({ series: name, ...where(({ series }) => series === name) })),
    curve: yield* curveOf(
      { ...question, gate },
      windows.filter((_, i) => i % CURVE_SHARE === 0),
    ),
  };
}

/** The trade-off: the floor of growth at the policy's confidence, then the confidence at the policy's floor. */
function* curveOf(question: Question, windows: readonly RecordedWindow[]): Steps<CurvePoint[]> {
  const { growthFloor, confidence } = question.gate;
  const settings = [
    ...FLOORS.map((floor) => ({ growthFloor: floor, confidence })),
    ...CONFIDENCES.filter((each) => each !== confidence).map((each) => ({ growthFloor, confidence: each })),
  ];
  const curve: CurvePoint[] = [];
  for (const setting of settings) {
    yield `floor ${setting.growthFloor}, confidence ${setting.confidence}`;
    const judged = yield* judgeAll({ ...question, gate: { ...question.gate, ...setting } }, windows);
    curve.push({ ...setting, ...sharesOf(judged.map(({ outcome }) => outcome)) });
  }
  return curve;
}

interface Outcome {
  readonly healthy: Verdict;
  /** With the leak on top; null where nothing could be added to. */
  readonly leaking: Verdict | null;
}

function* judgeAll(
  question: Question,
  windows: readonly RecordedWindow[],
): Steps<{ readonly window: RecordedWindow; readonly outcome: Outcome }[]> {
  const judged: { readonly window: RecordedWindow; readonly outcome: Outcome }[] = [];
  yield* countWhere(windows, (window) => judged.push({ window, outcome: outcomeOf(question, window) }) > 0);
  return judged;
}

function outcomeOf({ gate, policy }: Question, { values, stepSeconds }: RecordedWindow): Outcome {
  const concurrency = values.map(() => 1);
  const asked = { gate, policy, periodSeconds: stepSeconds };
  const added = (LEAK * median(values)) / (values.length - 1);
  const leaking = values.map((value, i) => value + added * i);
  return {
    healthy: verdictOf(asked, { connections: values, concurrency }),
    leaking: added > 0 ? verdictOf(asked, { connections: leaking, concurrency }) : null,
  };
}

function sharesOf(outcomes: readonly Outcome[]): Shares {
  const count = (verdict: Verdict) => outcomes.filter(({ healthy }) => healthy === verdict).length;
  const leaking = outcomes.flatMap(({ leaking: verdict }) => verdict ?? []);
  return {
    falseAlarmRate: rateOf(count('failed'), outcomes.length),
    inconclusiveRate: rateOf(count('inconclusive'), outcomes.length),
    detectionRate: leaking.length === 0 ? null : rateOf(leaking.filter((verdict) => verdict === 'failed').length, leaking.length),
  };
}

function trendAlone(gate: LeakGate): LeakGate {
  return { ...gate, growthFloorAbsolute: Number.MIN_VALUE, maxPerEnvironment: Number.POSITIVE_INFINITY, minDatapoints: 5 };
}
