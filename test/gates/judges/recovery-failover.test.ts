import type { Series, StageEvidence } from '../../../src/gates/evidence-schema';
import type { JudgeContext } from '../../../src/gates/judges/judgement';
import { judgeRecovery } from '../../../src/gates/judges/recovery';
import type { RecoveryGate } from '../../../src/gates/policy/gate';
import { gatesOf } from '../../../src/gates/policy/resolve';
import { buildEvidence, editSeries, policyOf } from '../builders';

const { policy } = policyOf();
const gate = gatesOf(policy, 'failover').find((each): each is RecoveryGate => each.judge === 'recovery');
/** The shipped stage loses the primary after 5 s of 20 s. */
const LOST_MS = 5000;

type Values = Readonly<Partial<Record<'client.p95' | 'client.failed' | 'client.checksFailed', number>>>;

function judgeStage(edit: (stage: StageEvidence) => StageEvidence) {
  const { stages } = buildEvidence({ policy, profile: 'test', only: { failover: { edit } } });
  const stage = stages.find(({ name }) => name === 'failover');
  if (gate === undefined || stage === undefined) throw new Error('the shipped policy judges the recovery of a failover');
  return judgeRecovery(gate, { stage, policy } as JudgeContext);
}

/** A good run whose seconds from `fromMs` to `toMs` after the loss, and of them only each `every`th, have these values on all routes. */
function disturbed(fromMs: number, toMs: number, values: Values, every = 1) {
  return judgeStage((stage) => {
    const lostAt = Date.parse(stage.window.start) + LOST_MS;
    const isDisturbed = (at: number) => at >= lostAt + fromMs && at < lostAt + toMs && ((at - lostAt) / 1000) % every === 0;
    const change = (value: number) => (series: Series) => ({
      ...series,
      points: series.points.map(([at, old]): [number, number] => [at, isDisturbed(at) ? value : old]),
    });
    return Object.entries(values).reduce((edited, [metric, value]) => editSeries(edited, metric, change(value)), stage);
  });
}

test('is timed from when the primary was lost', () => {
  expect(disturbed(0, 0, {})).toMatchObject({ reason: 'recovered', value: 0, limit: 10_000, n: 15 });
  expect(disturbed(0, 4000, { 'client.failed': 3 })).toMatchObject({ reason: 'recovered', value: 4000 });
  const late = disturbed(0, 11_000, { 'client.p95': 500 });
  expect(late).toMatchObject({ reason: 'not-recovered', value: 11_000 });
  expect(late.message).toContain('Back to normal only 11 s after the failover');
  expect(disturbed(0, 15_000, { 'client.failed': 1 })).toMatchObject({ reason: 'not-recovered', value: null });
});

test('wrong answers are no recovery: an outage that is answered with an empty 200 goes on', () => {
  const swallowed = disturbed(0, 15_000, { 'client.checksFailed': 2 });
  expect(swallowed).toMatchObject({ reason: 'not-recovered', value: null });
  expect(swallowed.message).toContain('failed or wrong answers at most 0 %');
});

test('two good seconds between bad ones are no recovery, three are', () => {
  expect(disturbed(0, 9000, { 'client.failed': 1 }, 3)).toMatchObject({ value: 7000 });
  expect(disturbed(0, 9000, { 'client.failed': 1 }, 4)).toMatchObject({ value: 1000 });
});

test('three good seconds are no recovery when what follows is not good', () => {
  const slow = { 'client.p95': 4900 };
  const relapsed = disturbed(3000, 15_000, slow);
  expect(relapsed).toMatchObject({ reason: 'not-recovered', value: null });
  expect(relapsed.message).toContain('it was good 0 ms after it already, but not for good');
  expect(disturbed(3000, 6000, slow)).toMatchObject({ reason: 'recovered', value: 6000 });
  expect(disturbed(5000, 12_000, slow)).toMatchObject({ reason: 'not-recovered', value: 12_000 });
  expect(disturbed(3000, 15_000, slow, 2)).toMatchObject({ reason: 'not-recovered', value: null });
});

test('a blip of one or two seconds fails nobody, early or late, and neither do two of them far from each other', () => {
  const slow = { 'client.p95': 4900 };
  for (const from of [3000, 8000, 13_000]) expect(disturbed(from, from + 2000, slow)).toMatchObject({ reason: 'recovered', value: 0 });
  expect(disturbed(3000, 15_000, slow, 5)).toMatchObject({ reason: 'recovered', value: 0 });
  // Back after two seconds, and one blip soon after: that is still back after two.
  const shaken = judgeStage((stage) => {
    const lostAt = Date.parse(stage.window.start) + LOST_MS;
    return editSeries(stage, 'client.p95', (series) => ({
      ...series,
      points: series.points.map(([at, old]) => [at, [0, 1, 5].includes((at - lostAt) / 1000) ? 4900 : old]),
    }));
  });
  expect(shaken).toMatchObject({ reason: 'recovered', value: 2000 });
});

test('what was wrong before the loss already is no fault of the failover', () => {
  const always = (perSecond: number) => (stage: StageEvidence) =>
    editSeries(stage, 'client.failed', (series) => {
      const lostAt = Date.parse(stage.window.start) + LOST_MS;
      return { ...series, points: series.points.map(([at]) => [at, at < lostAt ? 2 : perSecond]) };
    });
  expect(judgeStage(always(1))).toMatchObject({ reason: 'recovered', value: 0 });
  expect(judgeStage(always(3))).toMatchObject({ reason: 'not-recovered', value: null });
});

test('without the checks, without seconds before the loss, or with too few after it, there is no verdict', () => {
  expect(judgeStage((stage) => editSeries(stage, 'client.checksFailed', () => null))).toMatchObject({ reason: 'metric-missing' });
  const lostAt = (failoverAtMs: number) => judgeStage((stage) => ({ ...stage, plan: { ...stage.plan, failoverAtMs } }));
  expect(lostAt(2000)).toMatchObject({ reason: 'too-few-datapoints' });
  expect(lostAt(18_000)).toMatchObject({ reason: 'too-few-datapoints' });
});
