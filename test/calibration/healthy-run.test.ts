import { simulateRun } from '../../src/calibration/healthy-run';
import { HEALTHY } from '../../src/calibration/healthy-values';
import { MODELS } from '../../src/calibration/models';
import { randomFrom } from '../../src/calibration/random';
import { CATALOGUE } from '../../src/gates/catalogue';
import { stageEvidenceSchema } from '../../src/gates/evidence-schema';
import { resolveStage, stagesOf } from '../../src/gates/policy/resolve';
import { policyOf } from '../gates/builders';

test('a healthy run has a value for every series that a policy can ask CloudWatch for', () => {
  const series = CATALOGUE.filter(({ source, from }) => source === 'cloudwatch' && from === null).map(({ name }) => name);
  expect(series.filter((name) => HEALTHY[name] === undefined)).toEqual([]);
});

test.each([
  ['standard', 60_000],
  ['quick', 5000],
])('the simulated run of profile %s is evidence', (profile, periodMs) => {
  const { policy } = policyOf();
  const stages = stagesOf(policy, profile).flatMap((name) => {
    const resolved = resolveStage(policy, name, profile);
    return resolved.ok ? [resolved.value] : [];
  });
  const evidence = simulateRun({ policy, stages, periodMs, leak: 0 }, randomFrom(1, 'run'));
  expect(evidence.map(({ name }) => name)).toEqual(stages.map(({ name }) => name));
  for (const stage of evidence) expect(stageEvidenceSchema.safeParse(stage).error).toBeUndefined();
});

describe('the noise models', () => {
  test.each(MODELS)('$name: as many periods as asked, whole connections where it says so', ({ name, course, whole }) => {
    const { connections, concurrency } = course(randomFrom(1, name), 31);
    expect([connections.length, concurrency.length]).toEqual([31, 31]);
    expect(connections.every((count) => count >= 0 && (!whole || Number.isInteger(count)))).toBe(true);
  });

  test('the environments of warm-ratchet only grow in number, and their connections with them', () => {
    const [ratchet] = MODELS.filter(({ name }) => name === 'warm-ratchet');
    const totals = Array.from({ length: 50 }, (_, seed) => ratchet?.course(randomFrom(seed, 'ratchet'), 30).connections ?? []);
    expect(totals.every((total) => total.every((count, i) => count >= (total[i - 1] ?? 0)))).toBe(true);
    // What makes the total a trap: in some healthy soaks it grows by more than a fifth.
    expect(totals.filter((total) => (total.at(-1) ?? 0) > 1.2 * (total[0] ?? 0)).length).toBeGreaterThan(5);
  });
});
