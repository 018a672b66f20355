import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { MIN_VALUES } from '../../src/gates/judges/compare-samples';
import { type Answer, answerText } from './answer';
import { ask } from './bench';
import { client } from './client-edits';
import { tQuantile } from './not-ours';
import { type Row, type Rule, settle, settleFailOpen } from './row';
import type { BencherVector } from './shapes/decision-tables';

type Boundary = Extract<BencherVector, { boundary: number }>;
type History = Extract<BencherVector, { history: string }>;

/** The history that the table was made with: `n=25 mean=100 sd=10`. */
interface Past {
  readonly n: number;
  readonly mean: number;
  readonly sd: number;
}

/**
 * Boundaries from a history. Mapping: the history is the baseline, a new value one that stays the same for long enough to be compared; a
 * boundary of `percentage` is `maxIncrease`. The other tests draw their boundary from the spread of single values.
 */
interface Ours {
  /** A release at the upper boundary, and one a little above it. */
  readonly at: Answer;
  readonly above: Answer;
}

const RULES: readonly Rule<Boundary, Ours>[] = [
  {
    reason: 'the upper boundary is ours; a lower one does not exist, because less is never worse',
    covers: ({ test }, { at, above }) => test === 'percentage' && at.verdict === 'passed' && above.verdict === 'failed',
  },
  {
    reason: 'a boundary is a tolerated shift of the whole sample, and never drawn from the spread of single values',
    covers: ({ test }) => ['z_score', 't_test', 'iqr', 'delta_iqr'].includes(test),
  },
];

/** @param source names the history, where a row does not */
export function bencherRow(vector: BencherVector, source: string): Row {
  const numberOf = (name: string) => Number(new RegExp(`\\b${name}=(\\d+(?:\\.\\d+)?)`).exec(source)?.[1]);
  const past = { n: numberOf('n'), mean: numberOf('mean'), sd: numberOf('sd') };
  return isBoundary(vector) ? boundaryRow(vector, past) : historyRow(vector);
}

const isBoundary = (vector: BencherVector): vector is Boundary => 'boundary' in vector;

function boundaryRow(vector: Boundary, past: Past): Row {
  const { test, boundary, lower, upper } = vector;
  const theirs = bencherRule(vector, past);
  // The table gives two decimals.
  const holds = theirs !== null && Math.abs(theirs[0] - lower) < 0.006 && Math.abs(theirs[1] - upper) < 0.006;
  const ours = { at: releaseAt(vector, upper, past), above: releaseAt(vector, upper + 0.01, past) };
  const expected = `${lower} to ${upper}`;
  return settle({
    name: `${test} ${boundary}`,
    vector,
    expected,
    theirs: holds ? expected : theirs === null ? null : theirs.map((each) => each.toFixed(2)).join(' to '),
    ours,
    oursText: `at ${upper} ${answerText(ours.at)}, above it ${answerText(ours.above)}`,
    agrees: false,
    rules: RULES,
  });
}

/** The interquartile range of the relative changes in the example of Bencher's documents, 20 %, for rows that do not name one. */
const DELTA_IQR = 0.2;

/** Bencher's boundaries, restated from its documents. */
function bencherRule(vector: Boundary, past: Past): readonly [number, number] | null {
  const mean = vector.mean ?? past.mean;
  const n = vector.n ?? past.n;
  const around = (centre: number, reach: number) => [centre - reach, centre + reach] as const;
  switch (vector.test) {
    case 'percentage':
      return around(mean, mean * vector.boundary);
    case 'z_score':
      return around(mean, past.sd * normalQuantile(vector.boundary, 0, 1));
    case 't_test':
      return around(mean, past.sd * Math.sqrt(1 + 1 / n) * tQuantile(vector.boundary, n - 1));
    case 'iqr':
      return vector.median === undefined || vector.iqr === undefined ? null : around(vector.median, vector.boundary * vector.iqr);
    case 'delta_iqr':
      return around(mean, mean * vector.boundary * (vector.deltaIqr ?? DELTA_IQR));
    default:
      return null;
  }
}

function releaseAt({ test, boundary, mean }: Boundary, value: number, past: Past): Answer {
  const share = test === 'percentage' ? (boundary * 100).toFixed(9) : 0;
  const seconds = past.n || MIN_VALUES;
  const held = (ms: number) => client({ latency: Array(seconds).fill(ms) });
  return ask({
    gates: [`{ id: boundary, judge: baseline, of: client.p95, maxIncrease: ${share}%, maxIncreaseAbsolute: 0ms }`],
    seconds,
    edit: held(value),
    baseline: { seconds, edit: held(mean ?? past.mean) },
  });
}

function historyRow(vector: History): Row {
  const seconds = MIN_VALUES - 1;
  const answer = ask({
    gates: ['{ id: boundary, judge: baseline, of: client.p95, maxIncrease: 10%, maxIncreaseAbsolute: 0ms }'],
    edit: client({ latency: Array(20).fill(100) }),
    baseline: { seconds, edit: client({ latency: Array(seconds).fill(100) }) },
  });
  if (!/below min_sample_size/.test(vector.history))
    throw new RangeError(`bencherBoundaries: cannot read ${JSON.stringify(vector.history)}`);
  const row = settle({
    name: `history ${vector.history}`,
    vector,
    expected: String(vector.alert),
    theirs: 'false',
    ours: answer,
    oursText: answerText(answer),
    agrees: false,
    rules: [],
  });
  return settleFailOpen({ row, demand: vector.ours, answer });
}
