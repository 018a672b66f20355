import type { Series } from '../../gates/evidence-schema';
import type { ReadOutcome } from './read';

export type Probe =
  | { readonly kind: 'seen' }
  /** Silence for ever is what a wrong dimension, name or API type looks like. */
  | { readonly kind: 'missing'; readonly reason: 'metric-missing'; readonly detail: string; readonly missing: readonly Series[] }
  | { readonly kind: 'failed'; readonly reason: 'query-forbidden' | 'query-error'; readonly detail: string }
  | { readonly kind: 'aborted' };

/**
 * Asks, before the load begins, whether the metrics that must be seen have any data at all.
 * @param read reads a window in which they must have had some: the cache's always, those of requests after a stage with traffic.
 * @param required names of the catalogue; every series of each of them is required.
 */
export async function probe(read: () => Promise<ReadOutcome>, required: readonly string[]): Promise<Probe> {
  const outcome = await read();
  if (outcome.kind !== 'read') return outcome;
  const forbidden = outcome.series.filter(({ statusCode }) => statusCode === 'Forbidden');
  if (forbidden.length > 0) return { kind: 'failed', reason: 'query-forbidden', detail: `CloudWatch refuses ${describe(forbidden)}` };
  const unqueried = required.filter((metric) => !outcome.series.some((series) => series.metric === metric));
  if (unqueried.length > 0) {
    return {
      kind: 'missing',
      reason: 'metric-missing',
      detail: `Nothing was asked for ${unqueried.join(', ')}: the tier has no part that it could be measured on`,
      missing: [],
    };
  }
  const missing = outcome.series.filter(({ metric, points }) => required.includes(metric) && points.length === 0);
  if (missing.length === 0) return { kind: 'seen' };
  return { kind: 'missing', reason: 'metric-missing', detail: `CloudWatch has no data at all for ${describe(missing)}`, missing };
}

function describe(series: readonly Series[]): string {
  return series
    .map(({ metric, namespace, metricName, dimensions }) => {
      const where = Object.entries(dimensions).map(([name, value]) => `${name}=${value}`);
      return `${metric} (${namespace} ${metricName}, ${where.join(', ')})`;
    })
    .join('; ');
}
