import type { LeakGate } from '../gates/policy/gate';
import { median } from '../gates/stats/quantile';
import type { Verdict } from '../gates/vocabulary';
import { bySeries } from './by-series';
import type { Question } from './leak-cell';
import { verdictOf } from './leak-trial';
import { randomFrom } from './random';
import type { Rate } from './rate';
import type { RecordedSeries } from './recorded-series';
import { type RecordedWindow, windowsOf } from './recorded-windows';
import { referenceRises } from './reference-rule';
import { countWhere, type Steps } from './steps';

/** Datapoints of a window: 1, 2 and 3 hours of a series with a step of 5 minutes. */
export const WINDOW_LENGTHS = [12, 24, 36] as const;
/** The injected leak grows to this share of the window's median. */
const LEAK = 0.5;
const FLOORS = [0.1, 0.15, 0.2, 0.25, 0.3, 0.4] as const;
const CONFIDENCES = [0.9, 0.95, 0.98, 0.99] as const;
/** The curve needs fewer windows than the cells: every so many are judged for it. */
const CURVE_SHARE = 4;

export interface Shares {
  /** Windows without a label that failed, and that reached no verdict; bounds are over series, whose windows resemble each other. */
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
  /** The same windows by the rule of reference. */
  readonly reference: Shares & { readonly cells: readonly RecordedCell[] };
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
  const judged = yield* judgeAll(windows, (values, stepSeconds) => verdictOfTrend({ ...question, gate }, values, stepSeconds));
  const reference = yield* judgeAll(windows, (values) => (referenceRises(values) ? 'failed' : 'passed'));
  const names = all.map(({ name }) => name).filter((name) => windows.some(({ series }) => series === name));
  return {
    ...sharesOf(judged),
    cells: cellsOf(judged),
    series: names.map((name) => ({ series: name, ...sharesOf(judged.filter(({ window }) => window.series === name)) })),
    reference: { ...sharesOf(reference), cells: cellsOf(reference) },
    curve: yield* curveOf(
      { ...question, gate },
      windows.filter((_, i) => i % CURVE_SHARE === 0),
    ),
  };
}

function cellsOf(judged: readonly Judged[]): RecordedCell[] {
  return WINDOW_LENGTHS.flatMap((points) => {
    const some = judged.filter(({ window }) => window.values.length === points);
    return some.length === 0 ? [] : [{ points, ...sharesOf(some) }];
  });
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
    const set = { ...question, gate: { ...question.gate, ...setting } };
    const judged = yield* judgeAll(windows, (values, stepSeconds) => verdictOfTrend(set, values, stepSeconds));
    curve.push({ ...setting, ...sharesOf(judged) });
  }
  return curve;
}

type Rule = (values: readonly number[], stepSeconds: number) => Verdict;

interface Judged {
  readonly window: RecordedWindow;
  readonly healthy: Verdict;
  /** With the leak on top; null where nothing could be added to. */
  readonly leaking: Verdict | null;
}

function* judgeAll(windows: readonly RecordedWindow[], rule: Rule): Steps<readonly Judged[]> {
  const judged: Judged[] = [];
  yield* countWhere(windows, (window) => judged.push(judgedBy(rule, window)) > 0);
  return judged;
}

function judgedBy(rule: Rule, window: RecordedWindow): Judged {
  const { values, stepSeconds } = window;
  const added = (LEAK * median(values)) / (values.length - 1);
  const leaking = values.map((value, i) => value + added * i);
  return { window, healthy: rule(values, stepSeconds), leaking: added > 0 ? rule(leaking, stepSeconds) : null };
}

function verdictOfTrend({ gate, policy }: Question, values: readonly number[], stepSeconds: number): Verdict {
  return verdictOf({ gate, policy, periodSeconds: stepSeconds }, { connections: values, concurrency: values.map(() => 1) });
}

function sharesOf(judged: readonly Judged[]): Shares {
  const leaking = judged.filter((each) => each.leaking !== null);
  const share = (of: readonly Judged[], matches: (each: Judged) => boolean) =>
    bySeries(of.map((each) => ({ series: each.window.series, matches: matches(each) })));
  return {
    falseAlarmRate: share(judged, ({ healthy }) => healthy === 'failed'),
    inconclusiveRate: share(judged, ({ healthy }) => healthy === 'inconclusive'),
    detectionRate: leaking.length === 0 ? null : share(leaking, (each) => each.leaking === 'failed'),
  };
}

function trendAlone(gate: LeakGate): LeakGate {
  return { ...gate, growthFloorAbsolute: Number.MIN_VALUE, maxPerEnvironment: Number.POSITIVE_INFINITY, minDatapoints: 5 };
}
