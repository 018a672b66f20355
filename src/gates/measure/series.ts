import { type Dimensions, findMetric, type Metric, metricNamed } from '../catalogue';
import { inTier, judgedDimensions } from '../catalogue/metric';
import type { Series, StageEvidence } from '../evidence-schema';
import { type Measured, measured, unmeasured } from './measured';
import { oncePer } from './once-per';

/** Values by the start of their period, in the metric's own unit of the catalogue. */
export type Points = ReadonlyMap<number, number>;

/** The dimension that only cache nodes have. */
const NODE = 'CacheClusterId';

const STATUS = { PartialData: 'partial-data', Forbidden: 'query-forbidden', InternalError: 'query-error' } as const;

/** One checked series per dimension set of the metric, in the catalogue's order. */
export function readAll(stage: StageEvidence, metric: Metric, dimensions = judgedDimensions(metric, stage)): Measured<readonly Points[]> {
  const all: Points[] = [];
  for (const set of dimensions) {
    const points = readSeries(stage, metric, set);
    if (!points.ok) return points;
    all.push(points.value);
  }
  const reporting = stage.series.filter((series) => series.metric === (metric.from ?? metric.name) && NODE in series.dimensions).length;
  // A node that nobody knows has connections too.
  if (reporting > all.length)
    return unmeasured('node-set-changed', `${metric.name}: ${reporting} cache nodes report, ${all.length} are known`);
  return all.length > 0 ? measured(all) : unmeasured('metric-missing', `${metric.name}: the tier has nothing that could be measured`);
}

/**
 * One series, refused when CloudWatch did not answer completely or its points cannot be believed. A series without
 * points is an answer ("nothing was counted"); a series that is not in the evidence is none.
 */
export function readSeries(stage: StageEvidence, metric: Metric, dimensions: Dimensions): Measured<Points> {
  const name = metric.from ?? metric.name;
  const found = stage.series.filter((series) => series.metric === name && sameDimensions(series.dimensions, dimensions));
  const [series] = found;
  if (series === undefined) return unmeasured('metric-missing', `${name}: no series for ${dimensionText(dimensions)}`);
  const other = foreignTo(series, inTier(metricNamed(name), stage.identity));
  if (other !== null) return unmeasured('bad-data', `${name}: the series is ${other}`);
  if (found.length > 1) return unmeasured('bad-data', `${name}: ${found.length} series for ${dimensionText(dimensions)}`);
  if (series.statusCode !== 'Complete') {
    return unmeasured(STATUS[series.statusCode], [`${name}: CloudWatch answered ${series.statusCode}`, ...series.messages].join('; '));
  }
  if (series.periodSeconds !== stage.periodSeconds) {
    return unmeasured('bad-data', `${name}: periods of ${series.periodSeconds} s instead of ${stage.periodSeconds} s`);
  }
  return checkedPoints(series);
}

/** Evidence names a series twice, by our name and by CloudWatch's: `5XXError` or an average is never what `api.5xx` means. */
function foreignTo(series: Series, metric: Metric): string | null {
  const of = ({ namespace, metricName, statistic }: Pick<Metric, 'namespace' | 'metricName' | 'statistic'>, unit: string) =>
    `${statistic} of ${namespace} ${metricName} in ${unit}`;
  const [expected, seen] = [of(metric, metric.sourceUnit), of(series, series.unit)];
  return series.source === 'cloudwatch' && seen === expected ? null : `${seen} of ${series.source}, not ${expected}`;
}

/** The points of a series in the catalogue's unit: on its grid, in order, without doubles, finite and not negative. */
export const checkedPoints = oncePer((series: Series): Measured<Points> => {
  const scale = findMetric(series.metric)?.scale ?? 1;
  const points = new Map<number, number>();
  let last = Number.NEGATIVE_INFINITY;
  for (const [at, value] of series.points) {
    const problem = pointProblem(at, value, last, series.periodSeconds * 1000);
    if (problem !== null) return unmeasured('bad-data', `${series.metric}: ${problem}`);
    points.set(at, value * scale);
    last = at;
  }
  return measured(points);
});

function pointProblem(at: number, value: number, last: number, periodMs: number): string | null {
  if (!Number.isFinite(at) || at % periodMs !== 0) return `a datapoint at ${at} lies outside the grid of ${periodMs} ms`;
  if (at === last) return `two datapoints at ${new Date(at).toISOString()}`;
  if (at < last) return `datapoints are not in the order of time at ${new Date(at).toISOString()}`;
  if (!Number.isFinite(value)) return `the value at ${new Date(at).toISOString()} is not a number`;
  return value < 0 ? `the value at ${new Date(at).toISOString()} is negative` : null;
}

function sameDimensions(a: Dimensions, b: Dimensions): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function dimensionText(dimensions: Dimensions): string {
  return Object.entries(dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}
