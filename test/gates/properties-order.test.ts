import fc from 'fast-check';
import { canonicalJson } from '../../src/gates/canonical';
import type { StageEvidence } from '../../src/gates/evidence-schema';
import type { Policy } from '../../src/gates/policy/policy';
import type { GateReport } from '../../src/gates/report-schema';
import { judgeEvidence } from './helpers';
import { RUNS, runs } from './random-run';

const DIGEST = `sha256:${'d'.repeat(64)}`;

/** What a report says, whatever the order of its gates: the sentence of the run names the first that is worst. */
function sayings({ verdict, reason, notes, stages }: GateReport) {
  const byId = (gates: GateReport['stages'][number]['gates']) => [...gates].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { verdict, reason, notes: [...notes].sort(), stages: stages.map((stage) => ({ ...stage, gates: byId(stage.gates) })) };
}

/** Another order of the same items, from one number. */
function mixed<T>(items: readonly T[], seed: number): T[] {
  const keyed = items.map((item, i) => ({ item, key: ((i + 1) * 7919 * (seed + 1)) % 104_729 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

function mixedStage(stage: StageEvidence, seed: number): StageEvidence {
  const { load } = stage;
  const statuses = Object.fromEntries(mixed(Object.entries(load?.statuses ?? {}), seed));
  return { ...stage, series: mixed(stage.series, seed), load: load && { ...load, statuses, judged: mixed(load.judged, seed) } };
}

function mixedPolicy(policy: Policy, seed: number): Policy {
  const { smoke, soak, spike } = policy.stages;
  return {
    ...policy,
    stages: {
      smoke,
      soak: soak && { ...soak, gates: mixed(soak.gates, seed) },
      spike: spike && { ...spike, gates: mixed(spike.gates, seed) },
    },
  };
}

test('the order of gates, series, routes, statuses and stages changes nothing', () => {
  fc.assert(
    fc.property(runs, fc.nat({ max: 1000 }), ({ policy, evidence }, seed) => {
      const other = { ...evidence, stages: mixed(evidence.stages, seed).map((stage) => mixedStage(stage, seed)) };
      const judged = judgeEvidence(other, { policy: mixedPolicy(policy, seed), digest: DIGEST });
      expect(sayings(judged)).toEqual(sayings(judgeEvidence(evidence, { policy, digest: DIGEST })));
    }),
    RUNS,
  );
});

test('the same input gives the same bytes, also from copies that share nothing with it', () => {
  fc.assert(
    fc.property(runs, ({ policy, evidence }) => {
      const first = canonicalJson(judgeEvidence(evidence, { policy, digest: DIGEST }));
      expect(canonicalJson(judgeEvidence(evidence, { policy, digest: DIGEST }))).toBe(first);
      const copy = JSON.parse(canonicalJson(evidence));
      expect(canonicalJson(judgeEvidence(copy, { policy: structuredClone(policy), digest: DIGEST }))).toBe(first);
    }),
    { ...RUNS, numRuns: 25 },
  );
});
