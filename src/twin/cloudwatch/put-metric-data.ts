import type { OperationContext } from './observed-periods';
import { identityOf, type PutDatum, parseRequest, putMetricDataRequest } from './requests';
import { invalidParameterCombination, invalidParameterValue, missingParameter } from './service-error';

/**
 * PutMetricData for custom namespaces. All data of a call are taken or none.
 * @throws ServiceError InvalidParameterValue for AWS's own namespaces: nobody but the services writes there.
 */
export function putMetricData(context: OperationContext, body: unknown): Record<string, never> {
  const request = parseRequest(putMetricDataRequest, body);
  if (request.Namespace.startsWith('AWS/')) {
    throw invalidParameterValue('The value AWS/ for parameter Namespace is invalid.');
  }
  const data = request.MetricData.map((datum, index) => ({ datum, samples: samplesOf(datum, index + 1) }));
  for (const { datum, samples } of data) {
    const { metricName, namespace, dimensions } = identityOf({ ...datum, Namespace: request.Namespace });
    const at = datum.Timestamp ?? context.store.now();
    for (const { value, weight } of samples) {
      context.store.recordWeighted({ namespace, metricName, dimensions, unit: datum.Unit, value, at }, weight);
    }
  }
  return {};
}

interface Sample {
  readonly value: number;
  readonly weight: number;
}

function samplesOf(datum: PutDatum, position: number): readonly Sample[] {
  const member = `MetricData.member.${position}`;
  if (datum.StatisticValues !== undefined) {
    throw invalidParameterCombination(`This CloudWatch is a twin: give ${member} a Value or Values, not StatisticValues.`);
  }
  if (datum.Value !== undefined && datum.Values !== undefined) {
    throw invalidParameterCombination(`The parameters ${member}.Value and ${member}.Values are mutually exclusive.`);
  }
  if (datum.Value !== undefined) return [{ value: datum.Value, weight: 1 }];
  const values = datum.Values;
  if (values === undefined || values.length === 0) throw missingParameter(`At least one of the parameters ${member} must be specified.`);
  const counts = datum.Counts ?? values.map(() => 1);
  if (counts.length !== values.length) {
    throw invalidParameterValue(`The parameters ${member}.Values and ${member}.Counts must be of the same size.`);
  }
  return values.map((value, index) => ({ value, weight: counts[index] ?? 1 }));
}
