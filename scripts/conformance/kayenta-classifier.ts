import { MIN_VALUES } from '../../src/gates/judges/compare-samples';
import { hodgesLehmann, mannWhitney } from '../../src/gates/stats/mann-whitney';
import { median } from '../../src/gates/stats/quantile';
import { type Answer, answerText } from './answer';
import { ask } from './bench';
import { client } from './client-edits';
import { bySignificance, effectSize, kayentaRule } from './kayenta-rule';
import { type Row, type Rule, settle, settleFailOpen } from './row';
import type { ClassifierVector } from './shapes/judge-vectors';

/**
 * Kayenta classifies a metric of an experiment against a control. Mapping: the experiment is the release, the control its baseline, the
 * values are a latency second by second, and the gate is `baseline`. High is our `failed`; Low is our `failed` with the sides
 * changed; Nodata is a verdict that is missing for want of data. A two-sided confidence becomes the one-sided one of the same bound,
 * an allowed mean ratio becomes `maxIncrease`.
 */
interface Ours {
  readonly classification: 'High' | 'Low' | 'Pass' | 'Nodata' | 'none';
  readonly answer: Answer;
}

const NO_DATA: readonly string[] = ['metric-missing', 'too-few-datapoints', 'baseline-missing', 'baseline-too-short'];

const empty = ({ experiment, control }: ClassifierVector) => experiment.length === 0 || control.length === 0;
const isNumber = (values: readonly number[]) => values.every((value) => Number.isFinite(value));

const RULES: readonly Rule<ClassifierVector, Ours>[] = [
  {
    reason: 'a NaN is never removed or replaced: it is bad data, and no verdict',
    covers: ({ experiment, control }, { classification }) => !(isNumber(experiment) && isNumber(control)) && classification !== 'Pass',
  },
  {
    reason: 'fewer than 5 values a side are no comparison: no verdict',
    covers: ({ experiment, control }, { classification }) =>
      Math.min(experiment.length, control.length) < MIN_VALUES && classification === 'Nodata',
  },
  {
    reason: 'a mean that differs is no evidence: a difference must also be no chance, and a large one that may be chance is no pass',
    covers: ({ judge }, { classification }) => judge === 'meanInequality' && ['Pass', 'none'].includes(classification),
  },
  {
    reason:
      'a shift above the tolerance that may be chance, or one that so few or so scattered values could not have shown, is undecided, not a pass',
    covers: ({ judge }, { classification, answer }) =>
      judge === 'mannWhitney' && classification === 'none' && answer.reason === 'undecided-baseline',
  },
  {
    reason: "the size of a difference is its Hodges-Lehmann shift against the baseline's median, not the ratio of means or a probability",
    covers: (vector) => !empty(vector) && sizesDiffer(vector),
  },
  {
    reason: 'a difference must not be chance by the rank test; its interval need not exceed a share of the difference as well',
    covers: (vector) => !empty(vector) && bySignificance(vector, vector.experiment, vector.control) !== byRankTest(vector),
  },
  {
    reason: 'no gate is less than critical: a failed one decides alone',
    covers: ({ expect }, { classification }) => expect.critical === false && classification !== 'Pass',
  },
  {
    reason: 'not ours: a gate reports the shift and what is tolerated, not a ratio of means',
    covers: ({ expect }) => expect.deviation !== undefined,
  },
];

export function classifierRow(vector: ClassifierVector): Row {
  const ours = classify(vector);
  const theirs = kayentaRule(vector);
  const { expect } = vector;
  const expected = expectationText(expect);
  const row = settle({
    name: vector.name,
    vector,
    expected,
    theirs: expectationText({ ...theirs, reasonNonEmpty: true }, expect),
    ours,
    oursText: `${ours.classification}, ${answerText(ours.answer)}`,
    agrees: agrees(vector, ours),
    rules: RULES,
  });
  const unseen = empty(vector) && expect.classification === 'Pass';
  return unseen ? settleFailOpen({ row, demand: undefined, answer: ours.answer }) : row;
}

function agrees({ expect }: ClassifierVector, { classification, answer }: Ours): boolean {
  const { classification: asked, critical, deviation, reasonNonEmpty } = expect;
  const same = asked === undefined || asked === classification || (asked === 'NodataFailMetric' && classification === 'Nodata');
  // Each gate that is enforced is critical: whatever is not passed blocks by itself.
  const decides = critical === undefined || critical === (answer.verdict !== 'passed');
  return same && decides && deviation === undefined && (reasonNonEmpty === undefined || reasonNonEmpty === answer.detail.length > 0);
}

type Expectation = ClassifierVector['expect'];

function expectationText(expect: Expectation, asked: Expectation = expect): string {
  const keys = (['classification', 'critical', 'deviation', 'reasonNonEmpty'] as const).filter((key) => asked[key] !== undefined);
  return keys.map((key) => `${key} ${typeof expect[key] === 'number' ? Number(expect[key].toPrecision(9)) : expect[key]}`).join(', ');
}

function classify(vector: ClassifierVector): Ours {
  const [least, most] = vector.effectSizeMeasure === 'meanRatio' ? vector.effectSizeThresholds : [1, 1];
  const { experiment, control, direction } = vector;
  const up = direction === 'decrease' ? null : compared(vector, experiment, control, most - 1);
  const down = direction === 'increase' ? null : compared(vector, control, experiment, least > 0 ? 1 / least - 1 : 0);
  if (up?.verdict === 'failed') return { classification: 'High', answer: up };
  if (down?.verdict === 'failed') return { classification: 'Low', answer: down };
  const answer = [up, down].find((each) => each !== null && each.verdict !== 'passed') ?? up ?? down;
  if (answer === null) throw new Error('a vector of no direction');
  if (answer.verdict === 'passed') return { classification: 'Pass', answer };
  return { classification: NO_DATA.includes(answer.reason) ? 'Nodata' : 'none', answer };
}

function compared({ confLevel }: ClassifierVector, candidate: readonly number[], baseline: readonly number[], increase: number): Answer {
  const share = `${(Math.max(0, increase) * 100).toFixed(9)}%`;
  const confidence = 1 - (1 - confLevel) / 2;
  const gate = `{ id: metric, judge: baseline, of: client.p95, maxIncrease: ${share}, maxIncreaseAbsolute: 0ms, confidence: ${confidence} }`;
  const seconds = (values: readonly number[]) => Math.max(1, values.length);
  return ask({
    gates: [gate],
    seconds: seconds(candidate),
    edit: client({ latency: candidate }),
    baseline: { seconds: seconds(baseline), edit: client({ latency: baseline }) },
  });
}

function byRankTest({ experiment, control, confLevel }: ClassifierVector): string {
  const { pGreater, pLess } = mannWhitney(experiment, control);
  const least = (1 - confLevel) / 2;
  return pGreater < least ? 'High' : pLess < least ? 'Low' : 'Pass';
}

/** Whether both ways to say how large a difference is stand on different sides of what is allowed. */
function sizesDiffer({
  effectSizeMeasure,
  effectSizeThresholds,
  criticalThresholds,
  isCriticalMetric,
  experiment,
  control,
}: ClassifierVector) {
  const size = effectSize(effectSizeMeasure, experiment, control);
  const shift = hodgesLehmann(experiment, control);
  const [least, most] = effectSizeMeasure === 'meanRatio' ? effectSizeThresholds : [1, 1];
  const thresholds = isCriticalMetric ? [effectSizeThresholds, criticalThresholds] : [effectSizeThresholds];
  if (shift > 0) return thresholds.some(([, high]) => size >= high) !== shift > Math.max(0, most - 1) * Math.abs(median(control));
  return thresholds.some(([low]) => size <= low) !== -shift > (least > 0 ? Math.max(0, 1 / least - 1) : 0) * Math.abs(median(experiment));
}
