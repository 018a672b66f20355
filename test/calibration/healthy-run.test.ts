import { ASSUMED, HEALTHY_CONDITIONS } from '../../src/calibration/assumptions';
import { simulateRun } from '../../src/calibration/healthy-run';
import { HEALTHY } from '../../src/calibration/healthy-values';
import { AR1, MODELS, ROUGH_MODELS } from '../../src/calibration/models';
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
  for (const assumptions of [ASSUMED, ...HEALTHY_CONDITIONS.map((condition) => condition.assumptions)]) {
    const evidence = simulateRun({ policy, stages, periodMs, assumptions }, randomFrom(1, 'run'));
    expect(evidence.map(({ name }) => name)).toEqual(stages.map(({ name }) => name));
    for (const stage of evidence) expect(stageEvidenceSchema.safeParse(stage).error).toBeUndefined();
  }
});

describe('the noise models', () => {
  test.each([...MODELS, ...ROUGH_MODELS])(
    '$name: as many periods as asked, whole connections where it says so',
    ({ name, course, whole }) => {
      const { connections, concurrency } = course(randomFrom(1, name), 31);
      expect([connections.length, concurrency.length]).toEqual([31, 31]);
      expect(connections.every((count) => count >= 0 && (!whole || Number.isInteger(count)))).toBe(true);
    },
  );

  test('the connections of warm-ratchet grow in healthy soaks, and per environment they are no constant', () => {
    const [ratchet] = MODELS.filter(({ name }) => name === 'warm-ratchet');
    const courses = Array.from(
      { length: 50 },
      (_, seed) => ratchet?.course(randomFrom(seed, 'ratchet'), 30) ?? { connections: [], concurrency: [] },
    );
    // What makes the total a trap: in some healthy soaks it grows by more than a fifth.
    expect(courses.filter(({ connections }) => (connections.at(-1) ?? 0) > 1.2 * (connections[0] ?? 0)).length).toBeGreaterThan(5);
    const ratios = courses.flatMap(({ connections, concurrency }) =>
      connections.map((count, i) => count / Math.max(...concurrency.slice(0, i + 1))),
    );
    // Undercounted environments on the one side, ended ones on the other.
    expect(ratios.filter((ratio) => ratio > 2).length).toBeGreaterThan(20);
    expect(ratios.filter((ratio) => ratio < 2).length).toBeGreaterThan(20);
  });

  test('the level of a run moves all of its connections where they are no fixed number per environment', () => {
    const mean = (level: number) => {
      const { connections } = AR1.course(randomFrom(1, 'level'), 60, level);
      return connections.reduce((sum, count) => sum + count, 0) / connections.length;
    };
    expect(mean(1.5) / mean(1)).toBeCloseTo(1.5, 10);
  });
});

describe('random numbers', () => {
  test('are even, and those of two labels or seeds have nothing in common', () => {
    const drawn = (seed: number, label: string) => {
      const random = randomFrom(seed, label);
      return Array.from({ length: 20_000 }, random);
    };
    const streams = [drawn(1, 'ar1 12'), drawn(1, 'ar1 15'), drawn(2, 'ar1 12')];
    for (const stream of streams) {
      const shares = Array.from({ length: 10 }, (_, i) => stream.filter((value) => Math.floor(value * 10) === i).length / stream.length);
      for (const share of shares) expect(Math.abs(share - 0.1)).toBeLessThan(0.01);
    }
    expect(new Set(streams.flat()).size).toBeGreaterThan(0.9999 * 60_000);
    // No stream is another from some place on.
    const [first = [], second = []] = streams;
    const places = new Map(first.map((value, i) => [value, i]));
    expect(second.filter((value, i) => places.get(second[i + 1] ?? -1) === (places.get(value) ?? -2) + 1)).toEqual([]);
  });
});
