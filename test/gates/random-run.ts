import fc from 'fast-check';
import type { Evidence, StageEvidence } from '../../src/gates/evidence-schema';
import { gateSchema } from '../../src/gates/policy/gate';
import type { Policy } from '../../src/gates/policy/policy';
import type { StageName } from '../../src/gates/vocabulary';
import { type Behaviour, buildEvidence, policyOf } from './builders';

/** A fixed seed: a property that fails must fail again. */
export const RUNS = { numRuns: 40, seed: 20_261_124 } as const;

/** A policy and the evidence of a run under it; most of them do not pass, by one gate or by many. */
export interface RandomRun {
  readonly policy: Policy;
  readonly evidence: Evidence;
}

const share = fc.constantFrom('0.1%', '1%', '5%');
const few = fc.constantFrom(0, 1, 5, 60);
const latency = fc.constantFrom('6ms', '8ms', '20ms', '1s');
const stretch = fc.constantFrom({}, { within: '5s' }, { within: '20s' }, { for: '10s' });
const limit = (of: string, max: fc.Arbitrary<unknown>, rest: fc.Arbitrary<object> = fc.constant({})) =>
  fc.tuple(max, rest).map(([value, more]) => ({ judge: 'limit', of, max: value, ...more }));

/** Every judge that a policy may name, with limits around what the behaviours below do. */
const SOAK_GATES = fc.oneof(
  limit('api.5xx / api.requests', share, stretch),
  limit('client.failed / client.requests', share, stretch),
  limit('client.failed / client.requests per route', share),
  limit('client.checksFailed / client.requests', share),
  limit('redis.newConnections / api.requests', fc.constantFrom(0.05, 0.5), stretch),
  limit('lambda.throttles', few, stretch),
  limit('api.latencyP95', latency, stretch),
  limit('client.p95', latency),
  limit('redis.connections', fc.constantFrom(8, 10, 40), stretch),
  limit('lambda.environments', fc.constantFrom(3, 4)),
  fc.constantFrom(3, 20).map((maxPerEnvironment) => ({ judge: 'idle-return', of: 'redis.connections', maxPerEnvironment })),
  fc.constantFrom('1%', '80%').map((max) => ({ judge: 'capacity', of: 'redis.connectionsPerNode', max })),
  fc.constantFrom(3, 20).map((maxPerEnvironment) => ({
    judge: 'leak',
    of: 'redis.connections',
    growthFloor: '20%',
    growthFloorAbsolute: 1,
    maxPerEnvironment,
    minDatapoints: 10,
  })),
  latency.map((max) => ({ judge: 'baseline', of: 'api.latencyP95', maxIncrease: '10%', maxIncreaseAbsolute: '5ms', max })),
);
const SPIKE_GATES = fc.oneof(
  limit('client.failed / client.requests', share),
  limit('lambda.throttles', few),
  fc.constantFrom('1s', '4s').map((max) => ({ judge: 'recovery', of: 'client.p95', max, tolerance: '300%', toleranceAbsolute: '50ms' })),
);

const gatesFrom = (kinds: fc.Arbitrary<object>, stage: StageName) =>
  fc
    .array(fc.tuple(kinds, fc.constantFrom({}, {}, {}, { mode: 'observe', until: '2026-12-31' })), { minLength: 1, maxLength: 5 })
    .map((gates) => gates.map(([gate, mode], i) => gateSchema.parse({ id: `${stage}-${i}`, ...gate, ...mode })));

/** Each quantity is healthy in most runs, so that single troubles are seen and not only many at once. */
const mostly = <T>(healthy: T, ...others: readonly T[]) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(healthy) }, fc.constantFrom(...others));
export const behaviours: fc.Arbitrary<Partial<Behaviour>> = fc.record({
  connectionsPerEnvironment: mostly(2, 4, 30),
  leakPerSecond: mostly(0, 0.2, 5),
  newConnectionsPerRequest: mostly(0, 0.06, 1),
  share5xx: mostly(0, 0.0009, 0.02),
  clientFailed: mostly(0, 0.0009, 0.02),
  checksFailed: mostly(0, 0.02),
  throttlesPerPeriod: mostly(0, 1),
  p95: mostly(7, 19, 30),
  recoverySeconds: mostly(0, 2, 8),
  load: mostly<Behaviour['load']>({}, { achievedRate: 50 }, { cpuPressure: 90 }),
});

const shipped = policyOf().policy;

export const runs: fc.Arbitrary<RandomRun> = fc
  .record({
    soak: gatesFrom(SOAK_GATES, 'soak'),
    spike: gatesFrom(SPIKE_GATES, 'spike'),
    stages: fc.constantFrom<readonly StageName[]>(['soak'], ['soak'], ['spike'], ['soak', 'spike']),
    all: behaviours,
  })
  .map(({ soak, spike, stages, all }) => {
    const { soak: soakPolicy, spike: spikePolicy, smoke } = shipped.stages;
    const policy: Policy = {
      ...shipped,
      stages: { smoke, soak: soakPolicy && { ...soakPolicy, gates: soak }, spike: spikePolicy && { ...spikePolicy, gates: spike } },
    };
    const run: RandomRun = { policy, evidence: buildEvidence({ policy, stages, all }) };
    // Else fast-check shows a counterexample as pages of datapoints.
    return Object.assign(run, { [fc.toStringMethod]: () => JSON.stringify({ stages, all, soak, spike }) });
  });

/** Edits the stage at a place that is taken round. */
export function editStage(evidence: Evidence, place: number, edit: (stage: StageEvidence) => StageEvidence): Evidence {
  const index = place % evidence.stages.length;
  return { ...evidence, stages: evidence.stages.map((stage, i) => (i === index ? edit(stage) : stage)) };
}
