import { type Answer, answerText } from './answer';
import { ask } from './bench';
import { client } from './client-edits';
import { type Row, type Rule, settle, settleFailOpen } from './row';
import type { TaurusVector } from './shapes/decision-tables';

/**
 * Criteria of failure over time. Mapping: one value a second; `for` is our `for`; `within` and `over` are our `within`: the sum of each
 * stretch, which is always a whole one. Latencies become the clients' p95, counts of answers their failed requests. Triggered is
 * our `failed`. The second in which a criterion triggers is checked against Taurus' rule: we judge the window when it is over.
 */
interface Criterion {
  readonly latency: boolean;
  readonly operator: '<' | '>';
  /** ms of a latency, else a number. */
  readonly limit: number;
  readonly window: 'for' | 'within' | 'over';
  readonly seconds: number;
}

const CRITERION = /^(\S+?)(<|>)(\d+(?:\.\d+)?)(ms|s)? (for|within|over) (\d+)s\b/;
/** `3 each second` goes on for so long. */
const LONG = 30;

const RULES: readonly Rule<Criterion | null, Answer>[] = [
  {
    reason: 'a criterion says what is too much: there is no lower limit, and a policy that writes one is refused',
    covers: (criterion, { reason }) => criterion?.operator === '<' && reason === 'unknown-key',
  },
  {
    reason: 'a window that is shorter than the stretch is no verdict',
    covers: (_, { reason }) => reason === 'too-few-datapoints',
  },
  {
    reason: 'a stretch that has only begun is not judged: every stretch is a whole one',
    covers: (criterion, { verdict }) => criterion?.window === 'within' && verdict === 'passed',
  },
];

export function taurusRow(vector: TaurusVector): Row {
  const criterion = criterionOf(vector.criterion);
  if (criterion === null) return absentRow(vector);
  const values = valuesOf(vector.perSecond ?? '', criterion.latency);
  const at = triggeredAt(criterion, values);
  const answer = ask(questionOf(criterion, values));
  const expected = expectationOf(vector.result);
  const second = expected.second === null ? '' : ` in second ${expected.second}`;
  const theirSecond = expected.second === null || at === null ? '' : ` in second ${at}`;
  return settle({
    name: `${vector.criterion} of ${vector.perSecond}`,
    vector: criterion,
    expected: `${expected.triggered}${second}`,
    theirs: `${at !== null}${theirSecond}`,
    ours: answer,
    oursText: answerText(answer),
    agrees: expected.triggered === (answer.verdict === 'failed') && ['failed', 'passed'].includes(answer.verdict),
    rules: RULES,
  });
}

/** What no sample carries is what a route that was never requested is to us. */
function absentRow(vector: TaurusVector): Row {
  if (!/absent/.test(vector.criterion)) throw new RangeError(`taurusWindows: cannot read ${JSON.stringify(vector.criterion)}`);
  const gate = '{ id: criterion, judge: limit, of: client.p95, route: "GET /absent", max: 10ms, for: 3s }';
  const answer = ask({ gates: [gate], edit: client({ latency: Array(20).fill(5) }) });
  const { triggered } = expectationOf(vector.result);
  const row = settle({
    name: vector.criterion,
    vector: null,
    expected: String(triggered),
    theirs: 'false',
    ours: answer,
    oursText: answerText(answer),
    agrees: false,
    rules: RULES,
  });
  return settleFailOpen({ row, demand: vector.ours, answer });
}

function criterionOf(text: string): Criterion | null {
  const [, subject, operator, limit, unit, window, seconds] = CRITERION.exec(text) ?? [];
  if (subject === undefined) return null;
  const latency = /(rt|lt|ct)$/.test(subject);
  const scale = latency && unit === 's' ? 1000 : 1;
  return {
    latency,
    operator: operator === '<' ? '<' : '>',
    limit: Number(limit) * scale,
    window: window as Criterion['window'],
    seconds: Number(seconds),
  };
}

/** `1.0 s x10 then 0.01 s x10`, or `3 each second`. */
function valuesOf(text: string, latency: boolean): readonly number[] {
  const each = /^(\d+(?:\.\d+)?) each second$/.exec(text);
  if (each !== null) return Array(LONG).fill(Number(each[1]));
  return text.split(' then ').flatMap((part) => {
    const [, value, times] = /^(\d+(?:\.\d+)?)(?: s)? x(\d+)$/.exec(part) ?? [];
    if (value === undefined) throw new RangeError(`taurusWindows: cannot read ${JSON.stringify(text)}`);
    return Array(Number(times)).fill(Math.round(Number(value) * (latency ? 1000 : 1) * 1e6) / 1e6);
  });
}

/** Taurus' rule, restated from its tests (commit 78b041a). @returns the second, from 1, in which it triggers; null if never */
function triggeredAt({ operator, limit, window, seconds }: Criterion, values: readonly number[]): number | null {
  const exceeds = (value: number) => (operator === '>' ? value > limit : value < limit);
  let streak = 0;
  for (const [i, value] of values.entries()) {
    streak = exceeds(value) ? streak + 1 : 0;
    const stretch = values.slice(Math.max(0, i + 1 - seconds), i + 1);
    const judged = window === 'within' || stretch.length === seconds;
    const aggregate = stretch.reduce((sum, each) => sum + each, 0);
    if (window === 'for' ? streak >= seconds : judged && exceeds(aggregate)) return i + 1;
  }
  return null;
}

function expectationOf(result: string): { readonly triggered: boolean; readonly second: number | null } {
  if (/\bnever\b|\bpass/.test(result)) return { triggered: false, second: null };
  if (!/trigger|fail/.test(result)) throw new RangeError(`taurusWindows: cannot read ${JSON.stringify(result)}`);
  const second = /(\d+)(?:st|nd|rd|th) second/.exec(result);
  return { triggered: true, second: second === null ? null : Number(second[1]) };
}

function questionOf({ latency, operator, limit, window, seconds }: Criterion, values: readonly number[]) {
  const of = latency ? 'client.p95' : 'client.failed';
  const key = operator === '>' ? 'max' : 'min';
  const stretch = window === 'for' ? 'for' : 'within';
  const gate = `{ id: criterion, judge: limit, of: ${of}, ${key}: ${limit}${latency ? 'ms' : ''}, ${stretch}: ${seconds}s }`;
  return { gates: [gate], seconds: values.length, edit: client(latency ? { latency: values } : { failed: values }) };
}
