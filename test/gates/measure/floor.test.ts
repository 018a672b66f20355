import type { Series, StageEvidence } from '../../../src/gates/evidence-schema';
import { floorFrom, measureFloor } from '../../../src/gates/measure/floor';
import { histogramQuantile, mergeHistograms } from '../../../src/gates/measure/histogram';
import { buildEvidence, editSeries, IDENTITY, PERIOD_MS } from '../builders';

const [soak] = buildEvidence({ stages: ['soak'] }).stages as [StageEvidence];
const NODES = IDENTITY.nodes.map(({ cacheClusterId }) => cacheClusterId);

/** One series per node; the replica always holds 10. */
function nodes(primary: readonly number[], replica: readonly number[] = primary.map(() => 10)): Series[] {
  const [template] = soak.series.filter(({ metric }) => metric === 'redis.connections') as [Series];
  return NODES.map((id, i) => ({
    ...template,
    dimensions: { CacheClusterId: id, CacheNodeId: '0001' },
    points: (i === 0 ? primary : replica).map((value, k): [number, number] => [k * PERIOD_MS, value]),
  }));
}

const floor = (series: Series[], periods: number) => floorFrom(series, IDENTITY, periods * PERIOD_MS, PERIOD_MS);

describe('the floor', () => {
  test('is the median of the last three periods before the load, over all nodes', () => {
    expect(measureFloor(soak)).toEqual({ status: 'settled', value: 10, values: [10, 10, 10] });
    expect(floor(nodes([90, 20, 21, 20]), 4)).toEqual({ status: 'settled', value: 30, values: [30, 31, 30] });
  });

  test('two connections or five percent may separate a period from it', () => {
    expect(floor(nodes([20, 20, 22]), 3).status).toBe('settled');
    expect(floor(nodes([20, 20, 23]), 3).status).toBe('not-settled');
    expect(floor(nodes([990, 990, 1040]), 3).status).toBe('settled');
    expect(floor(nodes([990, 990, 1041]), 3).status).toBe('not-settled');
  });

  test('is not settled while a period or a node is missing', () => {
    expect(floor(nodes([20, 20]), 3)).toEqual({ status: 'not-settled', value: null, values: [30, 30] });
    expect(floor(nodes([20, 20, 20], [10, 10]), 3).status).toBe('not-settled');
    expect(floor(nodes([20, 20, 20]).slice(0, 1), 3).status).toBe('not-settled');
    expect(floor([], 3)).toEqual({ status: 'not-settled', value: null, values: [] });
  });

  test('is not read from an answer that was not complete', () => {
    expect(
      floor(
        nodes([20, 20, 20]).map((series) => ({ ...series, statusCode: 'PartialData' as const })),
        3,
      ).status,
    ).toBe('not-settled');
  });

  test('ends before the period in which the environments were warmed', () => {
    const warmed = editSeries(soak, 'redis.connections', (series) => ({
      ...series,
      points: series.points.map(([at, value]) => [at, at === Date.parse(soak.window.start) - PERIOD_MS ? value + 40 : value]),
    }));
    expect(measureFloor(warmed).status).toBe('not-settled');
    expect(measureFloor({ ...warmed, plan: { ...warmed.plan, warm: 4 } })).toMatchObject({ status: 'settled', value: 10 });
  });

  test('ignores a period that has not ended', () => {
    expect(floorFrom(nodes([20, 20, 20, 500]), IDENTITY, 3.9 * PERIOD_MS, PERIOD_MS)).toMatchObject({ status: 'settled', value: 30 });
  });
});

describe('histograms', () => {
  test('merge by bound and answer by nearest rank', () => {
    const merged = mergeHistograms([
      [
        [1, 5],
        [4, 4],
      ],
      [
        [2, 10],
        [4, 1],
      ],
    ]);
    expect(merged).toEqual([
      [1, 5],
      [2, 10],
      [4, 5],
    ]);
    expect([0.25, 0.26, 0.75, 0.76, 1].map((q) => histogramQuantile(merged, q))).toEqual([1, 2, 2, 4, 4]);
    expect(histogramQuantile([], 0.95)).toBeNull();
  });
});
