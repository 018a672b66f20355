import { concerns } from './faults';
import { visibilityOf } from './ingestion-delay';
import { identityKey, type MetricIdentity } from './metric-identity';
import { delayOf, type OperationContext } from './observed-periods';
import { readPageToken, writePageToken } from './page-token';
import { type ListMetricsRequest, listMetricsRequest, parseRequest } from './requests';
import type { Series } from './store';

/** CloudWatch lists so many metrics on a page. */
const PAGE_SIZE = 500;

export interface ListMetricsResponse {
  readonly Metrics: readonly {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  }[];
  readonly NextToken?: string;
}

/**
 * ListMetrics: every metric that has a visible period.
 * @throws ServiceError
 */
export function listMetrics(context: OperationContext, body: unknown): ListMetricsResponse {
  const request = parseRequest(listMetricsRequest, body);
  const { NextToken: token, ...unpaged } = request;
  const page = readPageToken(token, unpaged, context.store.now());
  const found = visibleIdentities(context, page.asOf).filter((identity) => matches(identity, request));
  const end = page.offset + PAGE_SIZE;
  return {
    Metrics: found.slice(page.offset, end).map(describe),
    ...(found.length > end ? { NextToken: writePageToken({ offset: end, asOf: page.asOf }, unpaged) } : {}),
  };
}

function visibleIdentities(context: OperationContext, asOf: number): readonly MetricIdentity[] {
  const byKey = new Map<string, MetricIdentity>();
  for (const series of context.store.allSeries()) {
    const hidden = concerns(context.faults.get('no-data'), series.identity);
    if (!hidden && isVisible(context, series, asOf)) byKey.set(identityKey(series.identity), series.identity);
  }
  return [...byKey.values()];
}

function isVisible(context: OperationContext, series: Series, asOf: number): boolean {
  const { periodMs } = context.store;
  const delay = delayOf(context, series.identity);
  for (const { start } of series.buckets.values()) {
    if (visibilityOf({ end: start + periodMs, periodMs }, delay, asOf) !== 'absent') return true;
  }
  return false;
}

function matches(identity: MetricIdentity, request: ListMetricsRequest): boolean {
  if (request.Namespace !== undefined && request.Namespace !== identity.namespace) return false;
  if (request.MetricName !== undefined && request.MetricName !== identity.metricName) return false;
  return request.Dimensions.every(({ Name, Value }) => {
    const value = identity.dimensions[Name];
    return value !== undefined && (Value === undefined || Value === value);
  });
}

function describe(identity: MetricIdentity): ListMetricsResponse['Metrics'][number] {
  const pairs = Object.entries(identity.dimensions);
  return {
    Namespace: identity.namespace,
    MetricName: identity.metricName,
    Dimensions: pairs.map(([Name, Value]) => ({ Name, Value })),
  };
}
