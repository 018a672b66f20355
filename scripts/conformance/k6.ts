import { certainFailures } from '../../src/gates/early/certain';
import type { StageEvidence } from '../../src/gates/evidence-schema';
import { looksAt } from '../../src/pipeline/looks';
import { type Answer, answerText } from './answer';
import { ask, RATE, SECOND_MS, type StageEdit, stageUnder } from './bench';
import { client, clientsBeside, lookedAt, ROUTE } from './client-edits';
import { all } from './edits';
import { isSeen, k6Holds, readSink, readThreshold, type Sink, type Threshold } from './k6-rule';
import { type Row, type Rule, settle, settleFailOpen } from './row';
import type { K6Vector } from './shapes/decision-tables';

type Evaluated = Extract<K6Vector, { sink: string }>;
type Abort = Extract<K6Vector, { abortGrace: string }>;
interface Vector {
  readonly sink: Sink;
  readonly threshold: Threshold;
}

/**
 * k6's thresholds as gates. Mapping: every latency aggregate becomes the clients' p95, the only quantile that a gate reads; `rate>x` of a
 * share that is good becomes a limit of 1-x on the share that is not; a counter's rate becomes a limit on each second; `<` becomes `max`,
 * and any other lower limit a key that does not exist. A threshold that holds is our `passed`.
 */
const RULES: readonly Rule<Vector, Answer>[] = [
  {
    reason: 'there is no lower limit: a policy that writes one is refused',
    covers: ({ threshold }, { reason }) => ['>', '>='].includes(threshold.operator) && reason === 'unknown-key',
  },
  {
    reason: 'the only quantile of a latency is p95, by nearest rank: stricter than a median or a mean',
    covers: ({ sink, threshold }, { verdict }) =>
      sink.kind === 'trend' && sink.times.length > 0 && verdict === 'failed' && Math.max(...sink.times) > threshold.limit,
  },
  {
    reason: 'a limit is inclusive',
    covers: ({ sink, threshold }, { verdict }) =>
      threshold.operator === '<' && verdict === 'passed' && k6Holds(sink, { ...threshold, operator: '<=' }),
  },
];

export function k6Row(vector: K6Vector): Row {
  return isEvaluated(vector) ? thresholdRow(vector) : abortRow(vector);
}

const isEvaluated = (vector: K6Vector): vector is Evaluated => 'sink' in vector;

function thresholdRow(vector: Evaluated): Row {
  const sink = readSink(vector.sink);
  const threshold = readThreshold(vector.expr);
  const answer = askThreshold(sink, threshold);
  const row = settle({
    name: `${vector.expr} of ${vector.sink}`,
    vector: { sink, threshold },
    expected: String(vector.ok),
    theirs: String(k6Holds(sink, threshold)),
    ours: answer,
    oursText: answerText(answer),
    agrees: vector.ok ? answer.verdict === 'passed' : answer.verdict === 'failed',
    rules: RULES,
  });
  const unseen = vector.failOpen === true || (vector.ok && !isSeen(sink, threshold));
  return unseen ? settleFailOpen({ row, demand: vector.ours, answer }) : row;
}

function askThreshold(sink: Sink, { aggregate, operator, limit }: Threshold): Answer {
  const key = operator.startsWith('<') ? 'max' : 'min';
  const gate = (of: string, rest: string) => `{ id: threshold, judge: limit, of: ${of}, ${rest} }`;
  const [route, enough] = ['route: "GET /absent"', 'minRequests: 1'];
  if (sink.kind === 'absent') {
    if (aggregate !== 'rate') return ask({ gates: [gate('client.p95', `${route}, ${key}: ${limit}ms, ${enough}`)] });
    const share = key === 'max' ? limit : 1 - limit;
    return ask({ gates: [gate('client.failed / client.requests', `${route}, max: ${share}, ${enough}`)] });
  }
  const isCount = ['count', 'rate'].includes(aggregate);
  // What a sink of that kind does not have: a number of a latency, a duration of a counter.
  if ((sink.kind === 'trend') === isCount) {
    return ask({ gates: [isCount ? gate('client.p95', `${key}: ${limit}`) : gate('client.requests', `${key}: ${limit}ms`)] });
  }
  if (sink.kind === 'trend') {
    const ofRoute = gate('client.p95', `route: "${ROUTE}", ${key}: ${limit}ms, ${enough}`);
    return ask({ gates: [ofRoute], edit: clientsBeside([{ times: sink.times }]) });
  }
  const stretch = aggregate === 'rate' ? ', within: 1s' : '';
  const gates = [gate('client.failed', `${key}: ${limit}${stretch}`)];
  return ask({ gates, seconds: Math.max(1, sink.seconds), edit: counted(sink), withoutLoad: sink.seconds === 0 });
}

/** So many events in so many seconds, and no window at all where there are none. */
function counted({ count, seconds }: Extract<Sink, { kind: 'counter' }>): StageEdit {
  const each = Math.round(count / Math.max(1, seconds));
  const seen = client({ failed: Array(Math.max(1, seconds)).fill(each), rate: Math.max(RATE, each) });
  return seconds > 0 ? seen : all(seen, nothingJudged);
}

function nothingJudged(stage: StageEvidence): StageEvidence {
  const judged = stage.load?.judged.map((route) => ({ ...route, requests: 0, failed: 0, latency: [] })) ?? [];
  return { ...stage, judged: { ...stage.judged, end: stage.judged.start }, load: stage.load && { ...stage.load, judged } };
}

/** A second of k6 is so many of ours, because a load of a few seconds is not looked at. */
const SLOWED = 10;

/**
 * Whether a load that fails is stopped by then. Mapping: k6 waits for the grace, we for the first look; the load is so long that its
 * first look, at 25 % of it, comes with the end of the grace, and the failure is one that no further request can undo.
 */
function abortRow(vector: Abort): Row {
  const [grace, elapsed] = [vector.abortGrace, vector.elapsed].map((text) => Number(/^(\d+(?:\.\d+)?)s$/.exec(text)?.[1]));
  if (grace === undefined || elapsed === undefined || Number.isNaN(grace + elapsed)) {
    throw new RangeError(`k6Thresholds: cannot read ${JSON.stringify([vector.abortGrace, vector.elapsed])}`);
  }
  const ours = stoppedBy(elapsed, grace, vector.failing);
  const noRules: readonly Rule<Abort, boolean>[] = [];
  return settle({
    name: `grace ${vector.abortGrace}, ${vector.failing ? 'failing' : 'good'} after ${vector.elapsed}`,
    vector,
    expected: String(vector.abort),
    theirs: String(vector.failing && elapsed >= grace),
    ours,
    oursText: ours ? 'stopped at the first look' : 'goes on',
    agrees: ours === vector.abort,
    rules: noRules,
  });
}

function stoppedBy(elapsed: number, firstLook: number, failing: boolean): boolean {
  const seconds = Math.round(4 * firstLook * SLOWED);
  const { policy, stage } = stageUnder(['{ id: threshold, judge: limit, of: client.failed, max: 5 }'], seconds);
  const failed = Array<number>(seconds).fill(failing ? 10 : 0);
  const start = Date.parse(stage.judged.start);
  return looksAt(stage.name, stage, SECOND_MS).some(({ atMs }) => {
    const at = (atMs - start) / SECOND_MS;
    const seen = lookedAt(at, ['threshold'], { failed })(stage);
    return at <= elapsed * SLOWED && certainFailures({ stage: seen, policy, earlier: [] }).length > 0;
  });
}
