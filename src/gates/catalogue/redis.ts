import type { TierIdentity } from '../evidence-schema';
import { type Metric, metric } from './metric';

/** One series per node: ElastiCache has no dimension for the replication group. */
const dimensions = ({ nodes }: TierIdentity) =>
  nodes.map((node) => ({ CacheClusterId: node.cacheClusterId, CacheNodeId: node.cacheNodeId }));
const basis = 'ElastiCache user guide, metrics for Valkey and Redis OSS (per node, CurrConnections is a gauge)';
const shared = { namespace: 'AWS/ElastiCache', dimensions, basis } as const;
const connections = { ...shared, metricName: 'CurrConnections', statistic: 'Maximum', kind: 'gauge', independentOfLoad: true } as const;

/** ElastiCache metrics. Every node reports each of them in every period, zeros too: where one has no datapoint, it was not seen. */
export const REDIS_METRICS: readonly Metric[] = [
  metric({ ...connections, name: 'redis.connections', what: 'connections, summed over the cache nodes' }),
  metric({
    ...connections,
    name: 'redis.connectionsPerNode',
    what: 'connections on the fullest cache node',
    from: 'redis.connections',
  }),
  metric({
    ...shared,
    name: 'redis.newConnections',
    what: 'new connections',
    metricName: 'NewConnections',
    statistic: 'Sum',
    kind: 'count',
    subtractFloor: true,
  }),
  metric({
    ...shared,
    name: 'redis.engineCpu',
    what: 'engine CPU of the busiest cache node',
    metricName: 'EngineCPUUtilization',
    statistic: 'Maximum',
    kind: 'gauge',
    sourceUnit: 'Percent',
    unit: 'fraction',
    scale: 0.01,
  }),
  metric({
    ...shared,
    name: 'redis.replicationLag',
    what: 'replication lag of the slowest replica',
    metricName: 'ReplicationLag',
    statistic: 'Maximum',
    kind: 'gauge',
    sourceUnit: 'Seconds',
    unit: 'ms',
    scale: 1000,
    dimensions: (identity) => dimensions({ ...identity, nodes: identity.nodes.filter((node) => node.role === 'replica') }),
  }),
];
