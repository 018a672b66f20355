import type { SeriesQuery } from '../gates/collect';
import type { Series, TierIdentity } from '../gates/evidence-schema';

/** Where simulated time begins: on the grid of every period. */
export const EPOCH = Date.UTC(2026, 0, 1);

/** The tier that simulated runs take place on. */
export const TIER: TierIdentity = {
  apiId: 'api',
  apiStage: '$default',
  functionName: 'check-in',
  alias: 'live',
  version: '2',
  previousVersion: '1',
  nodes: [
    { cacheClusterId: 'cache-001', cacheNodeId: '0001', role: 'primary' },
    { cacheClusterId: 'cache-002', cacheNodeId: '0001', role: 'replica' },
  ],
  monitoringConnectionsPerNode: 1,
  reservedConcurrency: null,
};

/** A complete answer of CloudWatch. */
export function cloudWatchSeries({ metric, dimensions }: SeriesQuery, periodSeconds: number, points: [number, number][]): Series {
  const { name, namespace, metricName, statistic, sourceUnit: unit } = metric;
  return {
    metric: name,
    source: 'cloudwatch',
    namespace,
    metricName,
    statistic,
    unit,
    dimensions: { ...dimensions },
    periodSeconds,
    statusCode: 'Complete',
    messages: [],
    points,
  };
}

export function isoOf(at: number): string {
  return new Date(at).toISOString();
}
