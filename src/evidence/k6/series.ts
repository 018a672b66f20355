import type { Series } from '../../gates/evidence-schema';
import { addInto, createHistogram, quantileOf } from './log-histogram';
import type { RouteCounts } from './route-counts';
import type { Counts } from './tally';

/** k6's counts as series of one second, in the shape that CloudWatch's series have too. */

interface Definition {
  readonly metric: string;
  readonly metricName: string;
  readonly statistic: string;
  readonly unit: string;
  readonly value: (counts: RouteCounts) => number | null;
}

const PER_ROUTE: readonly Definition[] = [
  { metric: 'client.requests', metricName: 'http_reqs', statistic: 'Sum', unit: 'Count', value: (counts) => counts.requests },
  { metric: 'client.failed', metricName: 'http_req_failed', statistic: 'Sum', unit: 'Count', value: (counts) => counts.failed },
  { metric: 'client.checksFailed', metricName: 'checks', statistic: 'Sum', unit: 'Count', value: (counts) => counts.checksFailed },
  {
    metric: 'client.p95',
    metricName: 'http_req_duration',
    statistic: 'p95',
    unit: 'Milliseconds',
    value: (counts) => quantileOf(counts.latency, 0.95),
  },
];
const LATENCY = PER_ROUTE[3] as Definition;
const DROPPED = { metric: 'load.dropped', metricName: 'dropped_iterations', statistic: 'Sum', unit: 'Count' } as const;

const SECOND_MS = 1000;
const NOTHING: RouteCounts = { requests: 0, failed: 0, checksFailed: 0, checked: 0, latency: createHistogram() };

type Seconds = Pick<Counts, 'seconds' | 'droppedBySecond'>;

/**
 * The series of a run: per route, dropped iterations and the latency over all routes without one.
 * Counters hold a zero for every second that k6 was seen to run; a latency exists only where a request had one.
 * @param startAt epoch milliseconds, a whole second.
 */
export function seriesOf(counts: Seconds, startAt: number): Series[] {
  const seconds = observedSeconds(counts, startAt);
  const routes = [...new Set([...counts.seconds.values()].flatMap((bucket) => [...bucket.keys()]))].sort();
  const perRoute = routes.flatMap((route) =>
    PER_ROUTE.map((definition) =>
      series(definition, { route }, seconds, (second) => definition.value(counts.seconds.get(second)?.get(route) ?? NOTHING)),
    ),
  );
  const overall = series(LATENCY, {}, seconds, (second) => LATENCY.value(merged(counts.seconds.get(second))));
  const dropped = series(DROPPED, {}, seconds, (second) => counts.droppedBySecond.get(second) ?? 0);
  return [...perRoute, overall, dropped];
}

function observedSeconds({ seconds, droppedBySecond }: Seconds, startAt: number): readonly number[] {
  const seen = [...seconds.keys(), ...droppedBySecond.keys()];
  if (seen.length === 0) return [];
  const first = Math.min(Math.floor(startAt / SECOND_MS) * SECOND_MS, ...seen);
  const last = Math.max(...seen);
  return Array.from({ length: (last - first) / SECOND_MS + 1 }, (_, index) => first + index * SECOND_MS);
}

function merged(routes: ReadonlyMap<string, RouteCounts> | undefined): RouteCounts {
  const latency = createHistogram();
  for (const counts of routes?.values() ?? []) addInto(latency, counts.latency);
  return { ...NOTHING, latency };
}

function series(
  { metric, metricName, statistic, unit }: Omit<Definition, 'value'>,
  dimensions: Readonly<Record<string, string>>,
  seconds: readonly number[],
  valueAt: (second: number) => number | null,
): Series {
  const points = seconds.flatMap((second): [number, number][] => {
    const value = valueAt(second);
    return value === null ? [] : [[second, value]];
  });
  return {
    metric,
    source: 'k6',
    namespace: 'k6',
    metricName,
    statistic,
    unit,
    dimensions: { ...dimensions },
    periodSeconds: 1,
    statusCode: 'Complete',
    messages: [],
    points,
  };
}
