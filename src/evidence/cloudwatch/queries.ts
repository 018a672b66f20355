import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { SeriesQuery } from '../../gates/collect';
import type { Series } from '../../gates/evidence-schema';

/** One series to read, with the id that CloudWatch's answer carries. */
export interface PlannedQuery extends SeriesQuery {
  readonly id: string;
}

/** CloudWatch's limit of queries per call. */
const QUERIES_PER_CALL = 500;

/**
 * The CloudWatch series of a stage (`queriesFor`), numbered and cut into calls of at most 500.
 * k6's metrics are left out: they have no place in CloudWatch.
 */
export function planQueries(queries: readonly SeriesQuery[]): readonly (readonly PlannedQuery[])[] {
  const planned = queries
    .filter(({ metric }) => metric.source === 'cloudwatch')
    .map((query, index): PlannedQuery => ({ ...query, id: `q${index}` }));
  const calls: PlannedQuery[][] = [];
  for (let start = 0; start < planned.length; start += QUERIES_PER_CALL) calls.push(planned.slice(start, start + QUERIES_PER_CALL));
  return calls;
}

/** Without a unit: one that does not match gives no data and no error. */
export function toMetricDataQuery({ id, metric, dimensions }: PlannedQuery, periodSeconds: number): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: metric.namespace,
        MetricName: metric.metricName,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: metric.statistic,
    },
    ReturnData: true,
  };
}

/** A series with everything but CloudWatch's answer. */
export function emptySeries({ metric, dimensions }: SeriesQuery, periodSeconds: number): Series {
  return {
    metric: metric.name,
    source: 'cloudwatch',
    namespace: metric.namespace,
    metricName: metric.metricName,
    statistic: metric.statistic,
    unit: metric.sourceUnit,
    dimensions: { ...dimensions },
    periodSeconds,
    statusCode: 'Complete',
    messages: [],
    points: [],
  };
}
