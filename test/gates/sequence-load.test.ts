import { evaluateStage } from '../../src/gates/evaluate-stage';
import type { LoadEvidence, StageEvidence } from '../../src/gates/evidence-schema';
import { measured } from '../../src/gates/measure/measured';
import { gateSchema } from '../../src/gates/policy/gate';
import type { Policy } from '../../src/gates/policy/policy';
import { JUDGES, type StageName } from '../../src/gates/vocabulary';
import { type Behaviour, buildEvidence, editSeries, policyOf } from './builders';

/**
 * Load validity is judged first. Without it only a level may fail, of a metric that the catalogue marks `independentOfLoad`; nothing passes.
 * Every judge against every way in which a load may be in doubt.
 */
const { policy: shipped } = policyOf();

interface Case {
  readonly gate: object;
  /** Makes this gate fail, with this reason. */
  readonly bad: Partial<Behaviour>;
  readonly reason: string;
  /** Whether it fails all the same when the load is in doubt. */
  readonly alone: boolean;
  readonly stage?: StageName;
}

const leak = (maxPerEnvironment: number) => ({
  judge: 'leak',
  of: 'redis.connections',
  growthFloor: '20%',
  growthFloorAbsolute: 1,
  maxPerEnvironment,
  minDatapoints: 10,
});
const slow = { p95: 80 };
const CASES: Readonly<Record<string, Case>> = {
  'limit of a level': {
    gate: { judge: 'limit', of: 'redis.connections', max: 20 },
    bad: { connectionsPerEnvironment: 9 },
    reason: 'above-limit',
    alone: true,
  },
  'limit of a counter': {
    gate: { judge: 'limit', of: 'lambda.throttles', max: 0 },
    bad: { throttlesPerPeriod: 1 },
    reason: 'above-limit',
    alone: false,
  },
  'limit of a proportion': {
    gate: { judge: 'limit', of: 'client.failed / client.requests', max: '1%' },
    bad: { clientFailed: 0.5 },
    reason: 'above-limit',
    alone: false,
  },
  'limit of a latency': { gate: { judge: 'limit', of: 'api.latencyP95', max: '50ms' }, bad: slow, reason: 'above-limit', alone: false },
  'leak by its level': { gate: leak(3), bad: { leakPerSecond: 30 }, reason: 'leak-level', alone: true },
  'leak by its trend': { gate: leak(999), bad: { leakPerSecond: 3 }, reason: 'leak-trend', alone: false },
  'idle-return': {
    gate: { judge: 'idle-return', of: 'redis.connections', maxPerEnvironment: 3 },
    bad: { leakPerSecond: 30 },
    reason: 'not-returned',
    alone: true,
  },
  capacity: {
    gate: { judge: 'capacity', of: 'redis.connectionsPerNode', max: '10%' },
    bad: { leakPerSecond: 30 },
    reason: 'over-capacity',
    alone: true,
  },
  baseline: {
    gate: { judge: 'baseline', of: 'api.latencyP95', maxIncrease: '10%', maxIncreaseAbsolute: '5ms' },
    bad: slow,
    reason: 'worse-than-baseline',
    alone: false,
  },
  recovery: {
    gate: { judge: 'recovery', of: 'client.p95', max: '2s', tolerance: '300%', toleranceAbsolute: '50ms' },
    bad: { recoverySeconds: 8 },
    reason: 'not-recovered',
    alone: false,
    stage: 'spike',
  },
};

const load =
  (change: Partial<LoadEvidence>) =>
  (stage: StageEvidence): StageEvidence => ({ ...stage, load: stage.load && { ...stage.load, ...change } });
const fault =
  (reason: string) =>
  (stage: StageEvidence): StageEvidence => ({ ...stage, fault: { reason, detail: 'so it was' } });

/** Ways in which a load is in doubt, with the reason of what cannot be judged without it. */
const DOUBTS: Readonly<Record<string, readonly [string, (stage: StageEvidence) => StageEvidence]>> = {
  'the rate was not reached': ['load-not-applied', load({ achievedRate: 1 })],
  'iterations were dropped': ['load-not-applied', load({ dropped: 3 })],
  'k6 left nothing': ['load-not-applied', (stage) => ({ ...stage, load: null })],
  'k6 failed': ['load-not-applied', load({ outcome: 'failed', exitCode: 107 })],
  'somebody stopped it': ['load-not-applied', load({ outcome: 'stopped' })],
  'the gateway did not count': ['metric-missing', (stage) => editSeries(stage, 'api.requests', (series) => ({ ...series, points: [] }))],
  'the gateway may not be asked': [
    'query-forbidden',
    (stage) => editSeries(stage, 'api.requests', (series) => ({ ...series, statusCode: 'Forbidden' })),
  ],
  'the metrics did not settle': ['metrics-late', fault('metrics-late')],
  'the tier broke': ['target-failed', fault('target-failed')],
  'the run was interrupted': ['aborted', fault('aborted')],
  'a fault that nobody knows': ['target-failed', fault('made-up')],
};

function policyFor({ gate, stage = 'soak' }: Case): Policy {
  const { soak, spike } = shipped.stages;
  const gates = [gateSchema.parse({ id: 'x', ...gate })];
  return {
    ...shipped,
    stages: {
      soak: soak && { ...soak, gates: stage === 'soak' ? gates : soak.gates },
      spike: spike && { ...spike, gates: stage === 'spike' ? gates : spike.gates },
    },
  };
}

function judged(one: Case, all: Partial<Behaviour>, edit = (stage: StageEvidence) => stage) {
  const policy = policyFor(one);
  const only = (behaviour: Partial<Behaviour>) =>
    buildEvidence({ policy, stages: [one.stage ?? 'soak'], all: behaviour }).stages[0] as StageEvidence;
  const report = evaluateStage({ stage: edit(only(all)), policy, earlier: [], baseline: measured(only({})) });
  const gate = report.gates.find(({ id }) => id === 'x');
  return { stage: report.verdict, gate: gate?.verdict, reason: gate?.reason };
}

test('no judge is forgotten', () => {
  const named = Object.values(CASES).map(({ gate }) => gateSchema.parse({ id: 'x', ...gate }).judge);
  expect([...new Set(named), 'load-validity'].sort()).toEqual([...JUDGES].sort());
});

describe.each(Object.entries(CASES))('%s', (_, one) => {
  test('under a load that is believed', () => {
    expect(judged(one, {})).toMatchObject({ stage: 'passed', gate: 'passed' });
    expect(judged(one, one.bad)).toEqual({ stage: 'failed', gate: 'failed', reason: one.reason });
  });

  test.each(Object.entries(DOUBTS))('%s', (_what, [reason, edit]) => {
    const open = { stage: 'inconclusive', gate: 'inconclusive', reason };
    expect(judged(one, {}, edit)).toEqual(open);
    expect(judged(one, one.bad, edit)).toEqual(one.alone ? { stage: 'failed', gate: 'failed', reason: one.reason } : open);
  });
});

/** What the floor is worth, by what connections do. */
describe('the floor', () => {
  const FLOORS: Readonly<Record<string, (stage: StageEvidence) => StageEvidence>> = {
    settled: (stage) => stage,
    'not settled': connections((value, i) => (i === 2 ? value + 20 : value)),
    unknown: (stage) =>
      editSeries(stage, 'redis.connections', (series) => ({ ...series, points: series.points.filter((_, i) => i !== 2) })),
    moved: connections((value, i) => (i < 4 ? value + 200 : value)),
  };
  const flat = { ...(CASES['leak by its trend'] as Case), bad: {} };
  const rows: readonly [string, Case, string, string][] = Object.keys(FLOORS).flatMap((floor): [string, Case, string, string][] => {
    const blind = floor === 'moved' ? 'floor-moved' : 'floor-not-settled';
    return [
      [floor, flat, 'flat connections', floor === 'settled' ? 'no-leak' : blind],
      [floor, CASES['leak by its trend'] as Case, 'growing connections', floor === 'settled' ? 'leak-trend' : blind],
      // Too many are too many, wherever they started.
      [floor, CASES['leak by its level'] as Case, 'too many connections', 'leak-level'],
    ];
  });

  test.each(rows)('%s, $2: $3', (floor, one, _what, reason) => {
    expect(judged(one, one.bad, FLOORS[floor]).reason).toBe(reason);
  });

  function connections(edit: (value: number, index: number) => number) {
    return (stage: StageEvidence) =>
      editSeries(stage, 'redis.connections', (series) => ({
        ...series,
        points: series.points.map(([at, value], i) => [at, edit(value, i)]),
      }));
  }
});
