import { z } from 'zod';
import type { MetricIdentity } from './metric-identity';
import { missingParameter, validationError } from './service-error';

/** Times on the wire are epoch seconds, fractions allowed. Inside they are epoch milliseconds. */
const instant = z.number().transform((seconds) => Math.round(seconds * 1000));

const dimension = z.object({ Name: z.string().min(1).max(255), Value: z.string().min(1).max(1024) });
const dimensions = z.array(dimension).max(30).default([]);

const metric = z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions });

const metricStat = z.object({
  Metric: metric,
  Period: z.number().int().positive(),
  Stat: z.string(),
  Unit: z.string().optional(),
});

const metricDataQuery = z.object({
  Id: z.string().regex(/^[a-z][a-zA-Z0-9_]*$/, 'must begin with a lower-case letter and hold letters, digits and _'),
  MetricStat: metricStat.optional(),
  Expression: z.string().optional(),
  Label: z.string().optional(),
  ReturnData: z.boolean().default(true),
});
export type MetricDataQuery = z.infer<typeof metricDataQuery>;

export const getMetricDataRequest = z.object({
  MetricDataQueries: z.array(metricDataQuery).min(1).max(500),
  StartTime: instant,
  EndTime: instant,
  NextToken: z.string().optional(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
  MaxDatapoints: z.number().int().positive().max(100_800).default(100_800),
});
export type GetMetricDataRequest = z.infer<typeof getMetricDataRequest>;

export const getMetricStatisticsRequest = metric.extend({
  StartTime: instant,
  EndTime: instant,
  Period: z.number().int().positive(),
  Statistics: z.array(z.string()).default([]),
  ExtendedStatistics: z.array(z.string()).default([]),
  Unit: z.string().optional(),
});
export type GetMetricStatisticsRequest = z.infer<typeof getMetricStatisticsRequest>;

export const listMetricsRequest = z.object({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([]),
  NextToken: z.string().optional(),
});
export type ListMetricsRequest = z.infer<typeof listMetricsRequest>;

const putDatum = z.object({
  MetricName: z.string().min(1).max(255),
  Dimensions: dimensions,
  Timestamp: instant.optional(),
  Value: z.number().optional(),
  Values: z.array(z.number()).max(150).optional(),
  Counts: z.array(z.number().positive()).max(150).optional(),
  StatisticValues: z.unknown().optional(),
  Unit: z.string().default('None'),
});
export type PutDatum = z.infer<typeof putDatum>;

export const putMetricDataRequest = z.object({
  Namespace: z.string().min(1).max(255),
  MetricData: z.array(putDatum).min(1).max(1000),
});
export type PutMetricDataRequest = z.infer<typeof putMetricDataRequest>;

/**
 * Reads a request body.
 * @throws ServiceError naming the first parameter that is missing or wrong.
 */
export function parseRequest<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const parameter = issue?.path.join('.') ?? '';
  if (issue?.code === 'invalid_type' && !present(body, issue.path)) {
    throw missingParameter(`The parameter ${parameter} is required.`);
  }
  throw validationError(`The value for parameter ${parameter} is invalid: ${issue?.message ?? 'unreadable'}.`);
}

/** The metric that a request names. */
export function identityOf(named: z.infer<typeof metric>): MetricIdentity {
  const pairs = named.Dimensions.map(({ Name, Value }) => [Name, Value] as const);
  return { namespace: named.Namespace, metricName: named.MetricName, dimensions: Object.fromEntries(pairs) };
}

function present(body: unknown, path: readonly PropertyKey[]): boolean {
  let value = body;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return false;
    value = Reflect.get(value, key);
  }
  return value !== undefined;
}
