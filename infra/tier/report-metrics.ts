import { Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { metricNamed } from '../../src/gates/catalogue';
import { inTier } from '../../src/gates/catalogue/metric';

/** The words of a REPORT line up to the memory's unit, in Lambda's text format; what follows differs from line to line. */
const WORDS = [
  ...['report', 'requestIdLabel', 'requestId', 'durationLabel', 'duration', 'durationUnit'],
  ...['billedLabel1', 'billedLabel2', 'billed', 'billedUnit', 'sizeLabel1', 'sizeLabel2', 'size', 'sizeUnit'],
  ...['usedLabel1', 'usedLabel2', 'usedLabel3', 'used', 'usedUnit', '...'],
];

/** Makes `lambda.maxMemoryUsed` of the function's own log: AWS publishes no metric of the memory that a function used. */
export function reportMetrics(scope: Construct, id: string, { functionName, log }: { functionName: string; log: ILogGroup }): MetricFilter {
  const { namespace, metricName } = inTier(metricNamed('lambda.maxMemoryUsed'), { functionName });
  return new MetricFilter(scope, id, {
    logGroup: log,
    metricNamespace: namespace,
    metricName,
    filterPattern: FilterPattern.spaceDelimited(...WORDS)
      .whereString('report', '=', 'REPORT')
      .whereString('usedLabel3', '=', 'Used:')
      .whereString('usedUnit', '=', 'MB'),
    metricValue: '$used',
    unit: Unit.MEGABYTES,
  });
}
