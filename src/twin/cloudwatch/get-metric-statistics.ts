import { concerns } from './faults';
import { type OperationContext, observePeriods } from './observed-periods';
import type { Period } from './periods';
import { type GetMetricStatisticsRequest, getMetricStatisticsRequest, identityOf, parseRequest } from './requests';
import { internalFault, invalidParameterCombination, invalidParameterValue, missingParameter } from './service-error';
import { computeStatistic, parseStatistic, type Statistic } from './statistic';
import { checkPeriod, checkWindow } from './window';

/** CloudWatch's limit of one call. */
const MAXIMUM_DATAPOINTS = 1440;

interface Datapoint {
  readonly Timestamp: number;
  readonly Unit: string;
  readonly ExtendedStatistics?: Readonly<Record<string, number>>;
  readonly [statistic: string]: unknown;
}

export interface GetMetricStatisticsResponse {
  readonly Label: string;
  readonly Datapoints: readonly Datapoint[];
}

interface NamedStatistics {
  readonly simple: readonly (readonly [string, Statistic])[];
  readonly extended: readonly (readonly [string, Statistic])[];
}

/**
 * GetMetricStatistics. Points come newest first, one per period and unit: CloudWatch promises no order.
 * @throws ServiceError
 */
export function getMetricStatistics(context: OperationContext, body: unknown): GetMetricStatisticsResponse {
  const request = parseRequest(getMetricStatisticsRequest, body);
  checkWindow(request);
  checkPeriod(request.Period, context.store.periodMs);
  const statistics = namedStatistics(request);
  const wanted = (request.EndTime - request.StartTime) / (request.Period * 1000);
  if (wanted > MAXIMUM_DATAPOINTS) {
    throw invalidParameterCombination(
      `You have requested up to ${Math.ceil(wanted)} datapoints, which exceeds the limit of ${MAXIMUM_DATAPOINTS}.`,
    );
  }
  return { Label: request.MetricName, Datapoints: datapoints(context, request, statistics) };
}

function datapoints(context: OperationContext, request: GetMetricStatisticsRequest, statistics: NamedStatistics): readonly Datapoint[] {
  const identity = identityOf(request);
  // This operation has no status per result: the fault can only be one of the whole call.
  if (concerns(context.faults.get('internal-error'), identity)) throw internalFault();
  const units = context.store.seriesOf(identity).map(({ unit }) => unit);
  return units
    .filter((unit) => request.Unit === undefined || request.Unit === unit)
    .flatMap((unit) => {
      const periods = observePeriods(context, {
        identity,
        unit,
        periodMs: request.Period * 1000,
        start: request.StartTime,
        end: request.EndTime,
        asOf: context.store.now(),
      });
      return periods.toReversed().map((period) => datapoint(period, unit, statistics));
    });
}

function datapoint(period: Period, unit: string, statistics: NamedStatistics): Datapoint {
  const computed = ([name, statistic]: readonly [string, Statistic]) => [name, computeStatistic(statistic, period.aggregate)] as const;
  const extended = Object.fromEntries(statistics.extended.map(computed));
  return {
    Timestamp: period.start / 1000,
    Unit: unit,
    ...Object.fromEntries(statistics.simple.map(computed)),
    ...(statistics.extended.length === 0 ? {} : { ExtendedStatistics: extended }),
  };
}

function namedStatistics(request: GetMetricStatisticsRequest): NamedStatistics {
  if (request.Statistics.length === 0 && request.ExtendedStatistics.length === 0) {
    throw missingParameter('Must specify either Statistics or ExtendedStatistics.');
  }
  return {
    simple: request.Statistics.map((name) => [name, known(name, 'simple', 'Statistics')] as const),
    extended: request.ExtendedStatistics.map((name) => [name, known(name, 'percentile', 'ExtendedStatistics')] as const),
  };
}

function known(name: string, kind: Statistic['kind'], parameter: string): Statistic {
  const statistic = parseStatistic(name);
  if (statistic?.kind !== kind) throw invalidParameterValue(`The value ${name} for parameter ${parameter} is not supported.`);
  return statistic;
}
