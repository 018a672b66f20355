import { parse } from 'yaml';
import type { EvaluateInput } from '../../src/gates/evaluate';
import type { Evidence, Series, StageEvidence } from '../../src/gates/evidence-schema';
import { buildEvidence, policyOf, policyText } from '../../test/gates/builders';

/** Seconds, so that what k6 saw has as many points as what CloudWatch has. */
const PERIOD_MS = 1000;

/** Gates of every judge, with limits of their own each, so that none is the same as another. The leak judge is the dearest. */
const SOAK: readonly ((i: number) => object)[] = [
  leak,
  (i) => ({ judge: 'limit', of: 'api.5xx / api.requests', max: 0.01 + i * 1e-6 }),
  (i) => ({ judge: 'capacity', of: 'redis.connectionsPerNode', max: 0.8 - i * 1e-4 }),
  (i) => ({ judge: 'limit', of: 'redis.newConnections / api.requests', max: 1 + i * 1e-3 }),
  leak,
  (i) => ({ judge: 'limit', of: 'lambda.durationP95', max: `${500 + i}ms` }),
  (i) => ({ judge: 'idle-return', of: 'redis.connections', maxPerEnvironment: 20 + i }),
  (i) => ({ judge: 'limit', of: 'client.failed / client.requests per route', max: 0.01 + i * 1e-6 }),
  (i) => ({ judge: 'baseline', of: 'lambda.durationP95', maxIncrease: 0.5, maxIncreaseAbsolute: `${10 + i}ms`, max: '1s' }),
  leak,
  (i) => ({ judge: 'limit', of: 'lambda.throttles', max: 10 + i, within: `${30 + (i % 60)}s` }),
];
const SPIKE: readonly ((i: number) => object)[] = [
  (i) => ({ judge: 'recovery', of: 'client.p95', max: '5s', tolerance: 1, toleranceAbsolute: `${50 + i}ms` }),
  (i) => ({ judge: 'limit', of: 'lambda.durationP95', max: `${500 + i}ms`, for: `${30 + (i % 60)}s` }),
];

function leak(i: number): object {
  const growthFloorAbsolute = 1 + i * 1e-3;
  return { judge: 'leak', of: 'redis.connections', growthFloor: '20%', growthFloorAbsolute, maxPerEnvironment: 30, minDatapoints: 10 };
}

/** Nine of ten gates judge a soak, the rest a spike; every series has so many points in the judged window, of this run and of the baseline. */
export function workload(gates: number, points: number): EvaluateInput {
  const spike = Math.round(gates / 10);
  const mixed = (kinds: typeof SOAK, count: number, stage: string) =>
    Array.from({ length: count }, (_, i) => ({ id: `${stage}-${i}`, ...kinds[i % kinds.length]?.(i) }));
  const seconds = (points * PERIOD_MS) / 1000;
  const written = parse(policyText());
  const shared = { requestTimeout: '5s' };
  written.stages = {
    soak: {
      ...written.stages.soak,
      load: { standard: { ...shared, rate: '60/s', duration: `${seconds}s` } },
      observeAfter: { standard: '30s' },
      gates: mixed(SOAK, gates - spike, 'soak'),
    },
    spike: {
      ...written.stages.spike,
      load: {
        standard: {
          ...shared,
          baselineRate: '10/s',
          before: `${seconds - 33}s`,
          rampUp: '2s',
          rate: '100/s',
          duration: '10s',
          rampDown: '1s',
          after: '20s',
        },
      },
      observeAfter: { standard: '30s' },
      gates: mixed(SPIKE, spike, 'spike'),
    },
  };
  written.targets.twin.period = `${PERIOD_MS / 1000}s`;
  delete written.promotion.hotfix;
  const { policy, digest } = policyOf(JSON.stringify(written));
  const built = buildEvidence({ policy, profile: 'standard', periodMs: PERIOD_MS });
  const before = `sha256:${'b'.repeat(64)}`;
  const last: Evidence = noisy({ ...built, release: { ...built.release, digest: before, packageDigest: before } }, 1);
  return { evidence: noisy(built, 2), policy, policyDigest: digest, toolVersion: '0.1.0', baseline: { evidence: last, digest: before } };
}

/** A linear congruential generator (Numerical Recipes), so that each run judges the same noise: equal values would be cheaper. */
function noisy(evidence: Evidence, seed: number): Evidence {
  let state = seed;
  const next = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
  const rough = (series: Series): Series =>
    ['redis.connections', 'lambda.durationP95', 'client.p95'].includes(series.metric)
      ? { ...series, points: series.points.map(([at, value]) => [at, value + Math.floor(2 * next())]) }
      : series;
  return { ...evidence, stages: evidence.stages.map((stage): StageEvidence => ({ ...stage, series: stage.series.map(rough) })) };
}
