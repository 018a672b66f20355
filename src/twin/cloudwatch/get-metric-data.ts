import { concerns } from './faults';
import { type OperationContext, observePeriods } from './observed-periods';
import { type Page, readPageToken, writePageToken } from './page-token';
import { type GetMetricDataRequest, getMetricDataRequest, identityOf, type MetricDataQuery, parseRequest } from './requests';
import { validationError } from './service-error';
import { computeStatistic, parseStatistic, type Statistic } from './statistic';
import { checkPeriod, checkWindow } from './window';

type MetricStat = NonNullable<MetricDataQuery['MetricStat']>;

interface Query {
  readonly id: string;
  readonly label: string;
  readonly stat: MetricStat;
  readonly statistic: Statistic;
}

interface Result {
  readonly Id: string;
  readonly Label: string;
  readonly Timestamps: readonly number[];
  readonly Values: readonly number[];
  readonly StatusCode: 'Complete' | 'PartialData' | 'InternalError' | 'Forbidden';
  readonly Messages?: readonly { readonly Code: string; readonly Value: string }[];
}

export interface GetMetricDataResponse {
  readonly MetricDataResults: readonly Result[];
  readonly Messages: readonly never[];
  readonly NextToken?: string;
}

/**
 * GetMetricData over MetricStat queries.
 * @throws ServiceError ValidationException for metric math and for parameters that CloudWatch refuses; InvalidNextToken.
 */
export function getMetricData(context: OperationContext, body: unknown): GetMetricDataResponse {
  const request = parseRequest(getMetricDataRequest, body);
  checkWindow(request);
  const queries = readQueries(request, context.store.periodMs);
  const { NextToken: token, ...unpaged } = request;
  const page = readPageToken(token, unpaged, context.store.now());
  const whole = queries.map((query) => resultOf(context, query, request, page.asOf));
  const { results, next } = cut(whole, page, request.MaxDatapoints);
  return {
    MetricDataResults: results,
    Messages: [],
    ...(next === null ? {} : { NextToken: writePageToken(next, unpaged) }),
  };
}

function readQueries(request: GetMetricDataRequest, storePeriodMs: number): readonly Query[] {
  const ids = request.MetricDataQueries.map(({ Id }) => Id);
  if (new Set(ids).size !== ids.length) throw validationError('The values for parameter Id in MetricDataQueries must be unique.');
  return request.MetricDataQueries.filter(({ ReturnData }) => ReturnData).map((query) => readQuery(query, storePeriodMs));
}

function readQuery(query: MetricDataQuery, storePeriodMs: number): Query {
  if (query.Expression !== undefined) {
    throw validationError(
      `Error in expression '${query.Id}': this CloudWatch is a twin and offers no metric math. Query the metrics and compute.`,
    );
  }
  const stat = query.MetricStat;
  if (stat === undefined) throw validationError(`The query '${query.Id}' holds neither MetricStat nor Expression.`);
  checkPeriod(stat.Period, storePeriodMs);
  const statistic = parseStatistic(stat.Stat);
  if (statistic === null) throw validationError(`The value ${stat.Stat} for parameter MetricStat.Stat is not supported.`);
  return { id: query.Id, label: query.Label ?? stat.Metric.MetricName, stat, statistic };
}

function resultOf(context: OperationContext, query: Query, request: GetMetricDataRequest, asOf: number): Result {
  const identity = identityOf(query.stat.Metric);
  const empty = { Id: query.id, Label: query.label, Timestamps: [], Values: [] };
  if (concerns(context.faults.get('forbidden'), identity)) {
    return { ...empty, StatusCode: 'Forbidden', Messages: [{ Code: 'Forbidden', Value: 'Access to this metric is denied.' }] };
  }
  if (concerns(context.faults.get('internal-error'), identity)) {
    return { ...empty, StatusCode: 'InternalError', Messages: [{ Code: 'InternalError', Value: 'Internal error. Try again.' }] };
  }
  const ascending = observePeriods(context, {
    identity,
    unit: query.stat.Unit ?? null,
    periodMs: query.stat.Period * 1000,
    start: request.StartTime,
    end: request.EndTime,
    asOf,
  });
  const partial = concerns(context.faults.get('partial-data'), identity);
  const kept = partial ? ascending.slice(Math.ceil(ascending.length / 2)) : ascending;
  const periods = request.ScanBy === 'TimestampAscending' ? kept : kept.toReversed();
  return {
    ...empty,
    Timestamps: periods.map(({ start }) => start / 1000),
    Values: periods.map(({ aggregate }) => computeStatistic(query.statistic, aggregate)),
    StatusCode: partial ? 'PartialData' : 'Complete',
  };
}

/** One page out of the whole answer: at most `limit` points over all results, from `page.offset` on. */
function cut(whole: readonly Result[], page: Page, limit: number): { readonly results: readonly Result[]; readonly next: Page | null } {
  const end = page.offset + limit;
  let before = 0;
  const results: Result[] = [];
  for (const result of whole) {
    const from = Math.max(0, page.offset - before);
    const to = Math.max(0, end - before);
    const isCut = result.Values.length > to;
    results.push({
      ...result,
      Timestamps: result.Timestamps.slice(from, to),
      Values: result.Values.slice(from, to),
      StatusCode: isCut ? 'PartialData' : result.StatusCode,
    });
    before += result.Values.length;
  }
  return { results, next: before > end ? { offset: end, asOf: page.asOf } : null };
}
