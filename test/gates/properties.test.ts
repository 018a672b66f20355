import fc from 'fast-check';
import { canonicalJson } from '../../src/gates/canonical';
import type { Evidence, StageEvidence } from '../../src/gates/evidence-schema';
import { histogramQuantile } from '../../src/gates/measure/histogram';
import { lowerBound, upperBound } from '../../src/gates/stats/clopper-pearson';
import { quantile } from '../../src/gates/stats/quantile';
import type { Verdict } from '../../src/gates/vocabulary';
import { type Behaviour, buildEvidence, editSeries, policyOf } from './builders';
import { gateOf, judgeEvidence } from './helpers';

/** A fixed seed: a property that fails must fail again. */
const RUNS = { numRuns: 40, seed: 20_261_124 };
const policy = policyOf();
const RANK: Readonly<Record<Verdict, number>> = { passed: 0, inconclusive: 1, failed: 2 };

function verdict(id: string, soak: Partial<Behaviour>): number {
  return RANK[gateOf(judgeEvidence(buildEvidence({ policy: policy.policy, stages: ['soak'], only: { soak } }), policy), id).verdict];
}

describe('a worse observation never improves a verdict', () => {
  const pair = (max: number) => fc.tuple(fc.nat({ max }), fc.nat({ max })).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

  test.each<[string, number, (value: number) => Partial<Behaviour>]>([
    ['api-5xx', 100, (value) => ({ share5xx: value / 3600 })],
    ['client-failed', 40, (value) => ({ clientFailed: value / 1200 })],
    ['client-checks', 40, (value) => ({ checksFailed: value / 1200 })],
    ['redis-new-connections', 100, (value) => ({ newConnectionsPerRequest: value / 100 })],
    ['redis-capacity', 100, (value) => ({ connectionsPerEnvironment: 2 * value })],
    ['redis-connection-leak', 100, (value) => ({ leakPerSecond: value / 50 })],
    ['redis-idle-return', 100, (value) => ({ leakPerSecond: value / 50 })],
    ['lambda-throttles', 20, (value) => ({ throttlesPerPeriod: value })],
  ])('%s', (id, max, behaviour) => {
    fc.assert(
      fc.property(pair(max), ([better, worse]) => {
        expect(verdict(id, behaviour(better))).toBeLessThanOrEqual(verdict(id, behaviour(worse)));
      }),
      RUNS,
    );
  });
});

describe('the order of what was collected does not matter', () => {
  const shuffled = <T>(items: readonly T[]) => fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
  const withoutDigest = (evidence: Evidence) => ({ ...judgeEvidence(evidence, policy), evidence: null });

  test.each<[string, Partial<Behaviour>]>([
    ['good', {}],
    ['leaking', { leakPerSecond: 60, share5xx: 0.1, clientFailed: 0.2 }],
  ])('%s', (_, all) => {
    const evidence = buildEvidence({ policy: policy.policy, all });
    const expected = withoutDigest(evidence);
    const anyOrder = fc.tuple(shuffled(evidence.stages), fc.nat());
    fc.assert(
      fc.property(anyOrder, ([stages, turn]) => {
        const rotate = <T>(items: readonly T[]) => [...items.slice(turn % items.length), ...items.slice(0, turn % items.length)];
        const mixed = stages.map(
          (stage): StageEvidence => ({
            ...stage,
            series: rotate(stage.series).toReversed(),
            load: stage.load && { ...stage.load, judged: rotate(stage.load.judged) },
          }),
        );
        expect(withoutDigest({ ...evidence, stages: mixed })).toEqual(expected);
      }),
      RUNS,
    );
  });
});

test('the same input gives the same bytes', () => {
  const behaviour = fc.record({
    leakPerSecond: fc.double({ min: 0, max: 60, noNaN: true }),
    share5xx: fc.double({ min: 0, max: 1, noNaN: true }),
    connectionsPerEnvironment: fc.nat({ max: 50 }),
  });
  fc.assert(
    fc.property(behaviour, (all) => {
      const bytes = () => canonicalJson(judgeEvidence(buildEvidence({ policy: policy.policy, all }), policy));
      expect(bytes()).toBe(bytes());
    }),
    { ...RUNS, numRuns: 15 },
  );
});

describe('taking data away never makes a verdict better', () => {
  const soak = (all: Partial<Behaviour>) => buildEvidence({ policy: policy.policy, stages: ['soak'], all });
  const [stage] = soak({}).stages as [StageEvidence];
  const metrics = [...new Set(stage.series.filter(({ source }) => source === 'cloudwatch').map(({ metric }) => metric))];
  const judged = (evidence: Evidence, edit: (stage: StageEvidence) => StageEvidence) =>
    judgeEvidence({ ...evidence, stages: evidence.stages.map(edit) }, policy).verdict;

  test('one datapoint of a bad release', () => {
    const bad = soak({ throttlesPerPeriod: 1, newConnectionsPerRequest: 1, share5xx: 0.5 });
    fc.assert(
      fc.property(fc.constantFrom(...metrics), fc.nat({ max: 20 }), (metric, gone) => {
        const thinner = (each: StageEvidence) =>
          editSeries(each, metric, (series) => ({ ...series, points: series.points.filter((_, i) => i !== gone) }));
        expect(judged(bad, thinner)).not.toBe('passed');
      }),
      RUNS,
    );
  });

  test.each(metrics)('all datapoints of %s of a good release', (metric) => {
    // 5XX that the gateway never counted are none, because it counted the requests beside them; the throttles' own
    // datapoints prove that they were watched, with or without invocations.
    const expected = ['api.5xx', 'lambda.invocations'].includes(metric) ? 'passed' : 'inconclusive';
    expect(judged(soak({}), (each) => editSeries(each, metric, (series) => ({ ...series, points: [] })))).toBe(expected);
    expect(judged(soak({}), (each) => editSeries(each, metric, () => null))).toBe('inconclusive');
  });
});

describe('statistics', () => {
  test('Clopper-Pearson bounds enclose the observed share and tighten with n', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
        const k = Math.round(n * share);
        const low = lowerBound(k, n, 0.95);
        const high = upperBound(k, n, 0.95);
        expect(low).toBeLessThanOrEqual(k / n + 1e-12);
        expect(high).toBeGreaterThanOrEqual(k / n - 1e-12);
        expect(lowerBound(k * 2, n * 2, 0.95)).toBeGreaterThanOrEqual(low - 1e-9);
      }),
      RUNS,
    );
  });

  test('a histogram never reports less than the nearest-rank quantile of what went in', () => {
    const bounds = [1, 2, 4, 8, 16, 32, 64, 128];
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 128 }), { minLength: 1 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, q) => {
          const histogram = bounds.map((bound, i): [number, number] => [
            bound,
            values.filter((value) => value <= bound && value > (bounds[i - 1] ?? 0)).length,
          ]);
          const exact = values.toSorted((a, b) => a - b)[Math.ceil(q * values.length) - 1] ?? 0;
          const read = histogramQuantile(histogram, q) ?? 0;
          expect(read).toBeGreaterThanOrEqual(exact);
          expect(read).toBeLessThan(2 * exact + 1);
        },
      ),
      RUNS,
    );
  });

  test('quantiles lie within the sample', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (sample, q) => {
          expect(quantile(sample, q)).toBeGreaterThanOrEqual(Math.min(...sample));
          expect(quantile(sample, q)).toBeLessThanOrEqual(Math.max(...sample));
        },
      ),
      RUNS,
    );
  });
});
