import { type Answer, answerText } from './answer';
import { ask, askRun } from './bench';
import { client } from './client-edits';
import { type Row, type Rule, settle, settleDemand, settleFailOpen } from './row';
import type { AzureVector } from './shapes/decision-tables';

type Result = Extract<AzureVector, { step: string }>;
type Criteria = Extract<AzureVector, { criteria: readonly string[] }>;

/**
 * The step of a workflow that waits for a load test. Mapping: a criterion is a gate; a result FAILED or PASSED is a gate that its
 * evidence fails or holds, NOT_APPLICABLE one whose metric is not in the evidence, an absent one a stage that left none; CANCELLED and
 * FAILED as status are faults of the run. The step is green exactly where we pass.
 */
const NO_RULES: readonly Rule<Result, Answer>[] = [];

export function azureRow(vector: AzureVector): Row {
  return isCriteria(vector) ? criteriaRow(vector) : resultRow(vector);
}

const isCriteria = (vector: AzureVector): vector is Criteria => 'criteria' in vector;

function resultRow(vector: Result): Row {
  const answer = answerTo(vector);
  const failsThere = vector.testResult === 'FAILED' || ['FAILED', 'CANCELLED'].includes(vector.status);
  const row = settle({
    name: `testResult ${vector.testResult}, status ${vector.status}`,
    vector,
    expected: vector.step,
    theirs: failsThere ? 'fail' : 'success',
    ours: answer,
    oursText: answerText(answer),
    agrees: (vector.step === 'success') === (answer.verdict === 'passed'),
    rules: NO_RULES,
  });
  const unseen = vector.failOpen === true || (!failsThere && vector.testResult !== 'PASSED');
  return unseen ? settleFailOpen({ row, demand: vector.ours, answer }) : row;
}

const GATE = '{ id: criterion, judge: limit, of: client.failed / client.requests, max: 1%, minRequests: 1 }';

function answerTo({ testResult, status }: Result): Answer {
  if (['FAILED', 'CANCELLED'].includes(status)) {
    const fault = { reason: status === 'CANCELLED' ? 'aborted' : 'target-failed', detail: `the run ended as ${status}` };
    return askRun([GATE], (evidence) => ({ ...evidence, stages: [], fault }));
  }
  switch (testResult) {
    case 'PASSED':
      return ask({ gates: [GATE] });
    case 'FAILED':
      return ask({ gates: [GATE], seconds: 20, edit: client({ failed: Array(20).fill(10) }) });
    case 'NOT_APPLICABLE':
      return ask({ gates: [GATE.replace('max', 'route: "GET /absent", max')] });
    case undefined:
    case null:
      return askRun([GATE], (evidence) => ({ ...evidence, stages: [] }));
    default:
      throw new RangeError(`azureLoadTesting: no test result ${testResult}`);
  }
}

const CRITERION = /^(.+?)\s*[<>]=?\s*(\d+(?:\.\d+)?)$/;

/** A gate is named for what it measures, so that two criteria for one measurement are two gates of one name. */
function criteriaRow(vector: Criteria): Row {
  const read = vector.criteria.map((criterion) => CRITERION.exec(criterion) ?? []);
  const id = (what = '') =>
    what
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replace(/-$/, '');
  const answer = ask({ gates: read.map(([, what, value]) => `{ id: ${id(what)}, judge: limit, of: client.p95, max: ${value}s }`) });
  const lowest = Math.min(...read.map(([, , value]) => Number(value)));
  const theirs = new RegExp(`> ${String(lowest).replace('.', '\\.')}(?![\\d.])`).test(vector.effective);
  const row = settle({
    name: vector.criteria.join(', '),
    vector,
    expected: vector.effective,
    theirs: theirs ? vector.effective : `> ${lowest}`,
    ours: answer,
    oursText: answerText(answer),
    agrees: false,
    rules: [],
  });
  return settleDemand({
    row,
    demand: vector.ours,
    answer,
    reason: 'two gates for one measurement are refused: neither is silently dropped',
  });
}
