import { findMetric, type Metric } from '../gates/catalogue';
import { judgedDimensions } from '../gates/catalogue/metric';
import type { Series, StageEvidence, Window } from '../gates/evidence-schema';

/** Values on a grid of periods; null where a period has no datapoint. For drawing only: judges measure for themselves. */
export interface Timeline {
  readonly periodMs: number;
  readonly points: readonly TimePoint[];
}
/** Epoch ms of the period's start, and its value. */
export type TimePoint = readonly [at: number, value: number | null];

/** Periods before the load that are drawn, so that the floor can be seen. */
const PERIODS_BEFORE = 6;

/** Everything of a stage that is drawn: a little before the load until the end of the wait after it. */
export function drawnWindow(stage: StageEvidence): Window {
  const load = Date.parse(stage.window.start);
  const before = load - PERIODS_BEFORE * stage.periodSeconds * 1000;
  let start = load;
  for (const { source, points } of stage.series) {
    if (source !== 'cloudwatch') continue;
    for (const [at] of points) if (at >= before && at < start) start = at;
  }
  return { start: new Date(start).toISOString(), end: (stage.after ?? stage.window).end };
}

/** A metric of the catalogue over a window; null when the evidence has no series of it. */
export function timelineOf(stage: StageEvidence, name: string, window: Window): Timeline | null {
  const metric = findMetric(name);
  if (metric === null) return null;
  const series = seriesOf(stage, metric);
  const [first] = series;
  if (first === undefined) return null;
  const beats = metric.absent === 'unknown' ? null : timesOf(stage, metric.absent.zeroWhere);
  const summed = metric.kind === 'count' || metric.name === 'redis.connections';
  const maps = series.map(({ points }) => new Map(points));
  return over(window, first.periodSeconds * 1000, (at) => {
    const values = maps.map((map) => map.get(at) ?? (beats?.has(at) ? 0 : null)).filter((value) => value !== null);
    if (values.length < maps.length && (values.length === 0 || metric.source === 'cloudwatch')) return null;
    return metric.scale * (summed ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values));
  });
}

/** One timeline per cache node, in the order of the tier's identity. */
export function nodeTimelines(stage: StageEvidence, window: Window): readonly { readonly label: string; readonly timeline: Timeline }[] {
  return stage.identity.nodes.flatMap((node) => {
    const found = stage.series.find(
      ({ metric, dimensions }) => metric === 'redis.connections' && dimensions['CacheClusterId'] === node.cacheClusterId,
    );
    if (found === undefined) return [];
    const points = new Map(found.points);
    return [
      {
        label: `${node.role} (${node.cacheClusterId})`,
        timeline: over(window, found.periodSeconds * 1000, (at) => points.get(at) ?? null),
      },
    ];
  });
}

/** The release's own connections per execution environment, as the leak judge reads them. */
export function perEnvironmentTimeline(stage: StageEvidence, window: Window): Timeline | null {
  const total = timelineOf(stage, 'redis.connections', window);
  const concurrency = findMetric('lambda.concurrency');
  const seen = concurrency === null ? undefined : seriesOf(stage, concurrency)[0];
  if (total === null || seen === undefined) return null;
  const periodMs = seen.periodSeconds * 1000;
  const since = Math.floor(Date.parse(stage.deployedAt) / periodMs) * periodMs;
  const monitoring = stage.identity.nodes.length * stage.identity.monitoringConnectionsPerNode;
  const waiting = seen.points.filter(([at]) => at >= since);
  let environments = 0;
  let next = 0;
  const points = total.points.map(([at, value]): TimePoint => {
    for (let point = waiting[next]; point !== undefined && point[0] <= at; point = waiting[++next])
      environments = Math.max(environments, point[1]);
    return [at, value === null || environments === 0 ? null : Math.max(0, value - monitoring) / environments];
  });
  return { periodMs: total.periodMs, points };
}

/** a / b, period by period; null where either is missing or nothing was counted. */
export function quotient(a: Timeline | null, b: Timeline | null): Timeline | null {
  if (a === null || b === null || a.periodMs !== b.periodMs) return null;
  const below = new Map(b.points);
  return {
    periodMs: a.periodMs,
    points: a.points.map(([at, value]): TimePoint => {
      const by = below.get(at) ?? null;
      return [at, value === null || by === null || by === 0 ? null : value / by];
    }),
  };
}

/** Counts per period as a rate per second. */
export function perSecond(timeline: Timeline | null): Timeline | null {
  if (timeline === null) return null;
  return {
    ...timeline,
    points: timeline.points.map(([at, value]): TimePoint => [at, value === null ? null : value / (timeline.periodMs / 1000)]),
  };
}

/** At most so many points, each the highest value of the periods that it stands for; null where all of them are missing. */
export function thinned({ periodMs, points }: Timeline, most: number): Timeline {
  const size = Math.ceil(points.length / most);
  if (size <= 1) return { periodMs, points };
  const folded = Array.from({ length: Math.ceil(points.length / size) }, (_, i): TimePoint => {
    const part = points.slice(i * size, (i + 1) * size);
    const known = part.flatMap(([, value]) => (value === null ? [] : [value]));
    return [part[0]?.[0] ?? 0, known.length === 0 ? null : Math.max(...known)];
  });
  return { periodMs: periodMs * size, points: folded };
}

function seriesOf(stage: StageEvidence, metric: Metric): readonly Series[] {
  const named = stage.series.filter((series) => series.metric === (metric.from ?? metric.name));
  if (metric.source === 'k6') {
    const overall = named.filter(({ dimensions }) => dimensions['route'] === undefined);
    return overall.length > 0 ? overall : named;
  }
  return judgedDimensions(metric, stage).flatMap((wanted) => {
    const found = named.find(({ dimensions }) => sameKeys(dimensions, wanted));
    return found === undefined ? [] : [found];
  });
}

function sameKeys(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function timesOf(stage: StageEvidence, name: string): ReadonlySet<number> {
  const metric = findMetric(name);
  return new Set(metric === null ? [] : seriesOf(stage, metric).flatMap(({ points }) => points.map(([at]) => at)));
}

function over({ start, end }: Window, periodMs: number, valueAt: (at: number) => number | null): Timeline {
  const first = Math.ceil(Date.parse(start) / periodMs) * periodMs;
  const length = Math.max(0, Math.floor((Date.parse(end) - first) / periodMs));
  return {
    periodMs,
    points: Array.from({ length }, (_, i): TimePoint => {
      const at = first + i * periodMs;
      return [at, valueAt(at)];
    }),
  };
}
