import { REPORT_METRICS } from '../../contract';
import type { TierIdentity } from '../evidence-schema';
import { type Dimensions, type Metric, metric } from './metric';

/** A function's alias, or one version behind it (what CloudWatch splits in a canary). */
function dimensions({ functionName, alias }: TierIdentity, version: string | null): Dimensions[] {
  const whole = { FunctionName: functionName, Resource: `${functionName}:${alias}` };
  return [version === null ? whole : { ...whole, ExecutedVersion: version }];
}

const basis = 'Lambda developer guide, types of metrics; alias metrics by ExecutedVersion';
const shared = { namespace: 'AWS/Lambda', dimensions, basis } as const;
const concurrency = { ...shared, metricName: 'ConcurrentExecutions', statistic: 'Maximum', kind: 'gauge' } as const;

/**
 * Lambda metrics. Throttled requests are not counted as invocations, so throttles over invocations is a ratio. Errors and Throttles
 * report zeros with every invocation: where one has no datapoint, it was not seen.
 */
export const LAMBDA_METRICS: readonly Metric[] = [
  metric({
    ...shared,
    name: 'lambda.invocations',
    what: 'invocations',
    metricName: 'Invocations',
    statistic: 'Sum',
    kind: 'count',
    absent: { zeroWhere: 'api.requests' },
    byVersion: true,
  }),
  metric({
    ...shared,
    name: 'lambda.errors',
    what: 'failed invocations',
    metricName: 'Errors',
    statistic: 'Sum',
    kind: 'count',
    within: 'lambda.invocations',
    byVersion: true,
  }),
  metric({
    ...shared,
    name: 'lambda.throttles',
    what: 'throttled invocations',
    metricName: 'Throttles',
    statistic: 'Sum',
    kind: 'count',
  }),
  metric({
    ...shared,
    name: 'lambda.durationP95',
    what: 'p95 duration of invocations',
    metricName: 'Duration',
    statistic: 'p95',
    kind: 'latency',
    sourceUnit: 'Milliseconds',
    unit: 'ms',
    byVersion: true,
  }),
  metric({ ...concurrency, name: 'lambda.concurrency', what: 'concurrent executions' }),
  metric({
    ...concurrency,
    name: 'lambda.environments',
    what: 'execution environments: the highest concurrency since the version was deployed',
    from: 'lambda.concurrency',
  }),
  metric({
    name: 'lambda.maxMemoryUsed',
    what: 'memory of the fullest environment',
    namespace: REPORT_METRICS.namespace,
    metricName: REPORT_METRICS.maxMemoryUsed,
    namedByFunction: true,
    dimensions: () => [{}],
    statistic: 'Maximum',
    kind: 'gauge',
    sourceUnit: 'Megabytes',
    unit: 'MB',
    basis: "Max Memory Used of the function's REPORT lines (Lambda developer guide), by a metric filter; the lines name no version",
  }),
];
