import { parsePolicy } from '../../src/gates/policy/parse';
import { quantile } from '../../src/gates/stats/quantile';
import { NOW } from '../../test/gates/builders';
import { type Answer, answerText } from './answer';
import { ask, policyText } from './bench';
import { client } from './client-edits';
import { isClose } from './closeness';
import { aggregated, type Criterion, keptnHolds, readCriterion } from './keptn-criterion';
import { quantileR6 } from './not-ours';
import { type Row, type Rule, settle, settleFailOpen } from './row';
import type { KeptnComparison, KeptnParse, Percentile } from './shapes/decision-tables';

/**
 * Objectives as text. Mapping: `<=10` is a `limit` gate with `max: 10`; `<=+10%` a `baseline` gate with `maxIncrease: 10%`, `<=+10` one
 * with `maxIncreaseAbsolute: 10`. The other operators have no key: they are written as keys that do not exist, and the policy is refused.
 */
function gateOf({ operator, value, percentage, comparison, increase }: Criterion): string {
  const head = '{ id: objective, judge:';
  if (operator !== '<=' || (comparison && !increase)) return `${head} limit, of: client.p95, "${operator}": ${value}ms }`;
  if (!comparison) return `${head} limit, of: client.p95, max: ${value}ms, minRequests: 1 }`;
  const share = percentage ? value : 0;
  return `${head} baseline, of: client.p95, maxIncrease: ${share}%, maxIncreaseAbsolute: ${percentage ? 0 : value}ms }`;
}

const NO_KEY = 'more is worse: a gate has an inclusive upper limit and no other; a policy that writes another operator is refused';
const hasNoKey = ({ operator, comparison, increase }: Criterion) => operator !== '<=' || (comparison && !increase);

const PARSE_RULES: readonly Rule<Criterion, string>[] = [
  { reason: NO_KEY, covers: (criterion, ours) => hasNoKey(criterion) && ours === 'refused' },
];

export function parseRow([text, ...expected]: KeptnParse): Row {
  const criterion = readCriterion(text);
  const { operator, value, percentage, comparison, increase } = criterion;
  const ours = parsedByUs(criterion);
  return settle({
    name: text,
    vector: criterion,
    expected: expected.join(' '),
    theirs: [operator, value, percentage, comparison, increase].join(' '),
    ours,
    oursText: ours,
    agrees: ours === expected.join(' '),
    rules: PARSE_RULES,
  });
}

/** What our parser made of the same objective, in Keptn's columns. */
function parsedByUs(criterion: Criterion): string {
  const parsed = parsePolicy(policyText([gateOf(criterion)], 20), 'policy.yaml', NOW);
  if (!parsed.ok) return 'refused';
  const [gate] = parsed.policy.stages.soak?.gates ?? [];
  if (gate?.judge === 'limit') return ['<=', gate.max.value, false, false, false].join(' ');
  if (gate?.judge !== 'baseline') return 'refused';
  const relative = gate.maxIncrease > 0;
  return ['<=', relative ? Number((gate.maxIncrease * 100).toPrecision(12)) : gate.maxIncreaseAbsolute.value, relative, true, true].join(
    ' ',
  );
}

const PERCENTILE_RULES: readonly Rule<Percentile, number>[] = [
  {
    reason: 'quantiles are R-7, the default of R and NumPy; the table is R-6',
    covers: ([sample, q], ours) => !isClose(quantileR6(sample, q), ours),
  },
];

export function percentileRow(row: Percentile): Row {
  const [sample, q, expected] = row;
  const ours = quantile(sample, q);
  const theirs = quantileR6(sample, q);
  return settle({
    name: `quantile ${q} of ${sample.length} values`,
    vector: row,
    expected: String(expected),
    theirs: isClose(theirs, expected) ? String(expected) : String(theirs),
    ours,
    oursText: String(ours),
    agrees: isClose(ours, expected),
    rules: PERCENTILE_RULES,
  });
}

const COMPARISON_RULES: readonly Rule<Criterion, Answer>[] = [
  { reason: NO_KEY, covers: (criterion, { reason }) => hasNoKey(criterion) && reason === 'unknown-key' },
];

/** One result of each run: with us a run is a window, so a result is a value that stays the same for long enough to be compared. */
const HELD_SECONDS = 10;

export function comparisonRow(vector: KeptnComparison): Row {
  const criterion = readCriterion(vector.criterion);
  const answer = ask({ gates: [gateOf(criterion)], seconds: HELD_SECONDS, ...runs(vector) });
  const row = settle({
    name: `${vector.value} ${vector.criterion} after ${vector.previous.join(', ') || 'nothing'} (${vector.agg})`,
    vector: criterion,
    expected: String(vector.ok),
    theirs: String(keptnHolds(criterion, vector)),
    ours: answer,
    oursText: answerText(answer),
    agrees: vector.ok ? answer.verdict === 'passed' : answer.verdict === 'failed',
    rules: COMPARISON_RULES,
  });
  const unseen = vector.failOpen === true || (vector.ok && criterion.comparison && vector.previous.length === 0);
  return unseen ? settleFailOpen({ row, demand: vector.ours, answer }) : row;
}

function runs({ value, previous, agg }: KeptnComparison) {
  const held = (ms: number) => client({ latency: Array(HELD_SECONDS).fill(ms) });
  const edit = held(value === 'any' ? 1 : value);
  return previous.length === 0 ? { edit } : { edit, baseline: { seconds: HELD_SECONDS, edit: held(aggregated(previous, agg)) } };
}
