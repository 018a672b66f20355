import { type Answer, answerText } from './answer';
import { ask, RATE } from './bench';
import { clientsBeside } from './client-edits';
import { type Row, type Rule, settle, settleFailOpen } from './row';
import type { ScorerVector } from './shapes/decision-tables';

/** Kayenta's documents set the pass mark of a canary at 95 of 100. */
const PASS_MARK = 95;
const SECONDS = 20;

/**
 * Kayenta sums classified metrics to a score. Mapping: a metric is a gate over the requests of one route; Pass is a route without
 * a failure, High and Low one on which all requests failed, Nodata one that had no request. Groups and weights do not
 * exist with us, the verdict is the worst. They agree when the score is below the pass mark exactly where we do not pass.
 */
const RULES: readonly Rule<ScorerVector, Answer>[] = [
  {
    reason: 'there are no weights: a metric that failed fails the release, however little it counts in a score',
    covers: ({ metrics }, { verdict }) => metrics.some(([, classified]) => ['High', 'Low'].includes(classified)) && verdict === 'failed',
  },
  {
    reason: 'there are no weights: what they leave over when every metric passes is missing from nothing',
    covers: ({ metrics, weights = {} }, { verdict }) =>
      verdict === 'passed' && Object.keys(weights).length > 0 && metrics.every(([, classified]) => classified === 'Pass'),
  },
];

export function scorerRow(vector: ScorerVector): Row {
  const answer = scored(vector);
  const theirs = kayentaScore(vector);
  const row = settle({
    name: vector.metrics.map(([group, classified, critical]) => `${group} ${classified}${critical ? '!' : ''}`).join(' '),
    vector,
    expected: scoreText(vector.score, vector.groupScores),
    theirs: scoreText(theirs.score, vector.groupScores && theirs.groupScores),
    ours: answer,
    oursText: answerText(answer),
    agrees: vector.score < PASS_MARK === (answer.verdict !== 'passed'),
    rules: RULES,
  });
  const unseen = vector.failOpen === true || (vector.score >= PASS_MARK && vector.metrics.some(([, classified]) => isNodata(classified)));
  return unseen ? settleFailOpen({ row, demand: vector.ours, answer }) : row;
}

const isNodata = (classified: string) => classified.startsWith('Nodata');

function scoreText(score: number, groups: readonly number[] | undefined): string {
  return [score, ...(groups ?? [])].map((each) => each.toFixed(2)).join(', of groups ');
}

function scored({ metrics }: ScorerVector): Answer {
  const route = (index: number) => `GET /metric/${index}`;
  const gates = metrics.map(
    (_, i) => `{ id: metric-${i}, judge: limit, of: client.failed / client.requests, route: "${route(i)}", max: 1% }`,
  );
  const routes = metrics.flatMap(([, classified], i) => {
    if (!['Pass', 'High', 'Low'].includes(classified) && !isNodata(classified))
      throw new RangeError(`kayentaScorer: no class ${classified}`);
    return isNodata(classified) ? [] : [{ route: route(i), failed: Array<number>(SECONDS).fill(classified === 'Pass' ? 0 : RATE) }];
  });
  return ask({ gates, seconds: SECONDS, edit: clientsBeside(routes) });
}

/** Kayenta's weighted sum, restated (commit a69573b): groups without a weight share what is left, one of Nodata alone counts as 100. */
function kayentaScore({ metrics, weights = {} }: ScorerVector): { readonly score: number; readonly groupScores: readonly number[] } {
  const names = [...new Set(metrics.map(([group]) => group))];
  const groups = names.map((name) => {
    const counted = metrics.filter(([group, classified]) => group === name && classified !== 'Nodata');
    const passed = counted.filter(([, classified]) => classified === 'Pass').length;
    return { name, empty: counted.length === 0, score: counted.length === 0 ? 0 : (100 * passed) / counted.length };
  });
  const given = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const share = (100 - given) / names.filter((name) => weights[name] === undefined).length;
  const sum = groups.reduce((total, { name, empty, score }) => total + ((weights[name] ?? share) * (empty ? 100 : score)) / 100, 0);
  const critical = metrics.some(([, classified, mark]) => mark !== undefined && classified !== 'Pass');
  const blind = metrics.filter(([, classified]) => classified === 'Nodata').length * 2 >= metrics.length;
  return { score: critical || blind ? 0 : sum, groupScores: groups.map(({ score }) => score) };
}
