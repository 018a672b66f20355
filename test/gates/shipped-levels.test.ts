import type { Series } from '../../src/gates/evidence-schema';
import type { ProfileName, TargetName } from '../../src/gates/vocabulary';
import { editSeries } from './builders';
import { gateOf, judge } from './helpers';

/** The levels that the shipped policy holds a soak to, at the twin's periods and at AWS's. */
const PLACES: readonly (readonly [TargetName, ProfileName, number])[] = [
  ['twin', 'quick', 5000],
  ['aws', 'standard', 60_000],
];

describe.each(PLACES)('on %s, profile %s, periods of %s ms', (target, profile, periodMs) => {
  /** A good soak, of which one metric's values are what `of` makes of their place in the series, 0 to 1. */
  function soak(metric: string, of: (share: number, index: number) => number | null) {
    const edited = (series: Series): Series => ({
      ...series,
      points: series.points.flatMap(([at], i, all): [number, number][] => {
        const value = of(i / (all.length - 1), i);
        return value === null ? [] : [[at, value]];
      }),
    });
    return judge({ target, profile, periodMs, stages: ['soak'], only: { soak: { edit: (stage) => editSeries(stage, metric, edited) } } });
  }

  test.each([
    ['slow, but no slower at the end', 'api-latency', 'api.latencyP95', () => 60],
    ['slower and slower', 'api-latency', 'api.latencyP95', (share: number) => 10 + 400 * share],
    ['a steady level of memory', 'lambda-memory', 'lambda.maxMemoryUsed', () => 300],
    ['memory that grows towards the limit of the function', 'lambda-memory', 'lambda.maxMemoryUsed', (share: number) => 100 + 400 * share],
    ['much traffic', 'redis-engine-cpu', 'redis.engineCpu', () => 15],
    ['an engine that walks over more keys every minute', 'redis-engine-cpu', 'redis.engineCpu', (share: number) => 5 + 60 * share],
    ['descriptors of a bounded pool', 'runtime-descriptors', 'runtime.openFileDescriptors', () => 130],
    ['descriptors that are used up', 'runtime-descriptors', 'runtime.openFileDescriptors', (share: number) => 25 + 900 * share],
  ])('%s', (_, id, metric, of) => {
    const steady = of.length === 0;
    expect(gateOf(soak(metric, of), id)).toMatchObject({ verdict: steady ? 'passed' : 'failed' });
  });

  test.each([
    ['api-latency', 'api.latencyP95'],
    ['lambda-memory', 'lambda.maxMemoryUsed'],
    ['redis-engine-cpu', 'redis.engineCpu'],
    ['runtime-descriptors', 'runtime.openFileDescriptors'],
  ])('%s has no verdict when its metric is not published', (id, metric) => {
    expect(
      gateOf(
        soak(metric, () => null),
        id,
      ),
    ).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
  });

  test('a moment of slowness is no drift', () => {
    const report = soak('api.latencyP95', (_, i) => (i === 8 ? 900 : 10));
    // On AWS a period is a minute already.
    expect(gateOf(report, 'api-latency').verdict).toBe(periodMs < 15_000 ? 'passed' : 'failed');
  });
});
