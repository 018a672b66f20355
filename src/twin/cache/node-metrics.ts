import type { NodeInfo } from './node-info';

/** A metric of one node, before it gets its dimensions. */
export interface NodeMetric {
  readonly metricName: string;
  readonly unit: 'Count' | 'Percent' | 'Seconds';
  readonly value: number;
}

/** INFO of one node, and the milliseconds (of any clock) at which it was read. */
export interface NodeReading {
  readonly info: NodeInfo;
  readonly at: number;
}

/**
 * ElastiCache's metrics from two successive readings of a node. The first reading of all gives only gauges: how much of a
 * counter belongs to this interval is not known. A server that replaced another gives its counters since its own start.
 */
export function nodeMetrics(current: NodeReading, previous: NodeReading | null): readonly NodeMetric[] {
  const { info } = current;
  return [
    { metricName: 'CurrConnections', unit: 'Count', value: info.connections },
    ...memoryMetrics(info),
    ...(previous === null ? [] : counterMetrics(current, previous)),
  ];
}

function counterMetrics(current: NodeReading, previous: NodeReading): readonly NodeMetric[] {
  const { info } = current;
  const isSameServer = previous.info.runId === info.runId;
  const since = (counter: (of: NodeInfo) => number) => counter(info) - (isSameServer ? counter(previous.info) : 0);
  const elapsedSeconds = (current.at - previous.at) / 1000;
  const hits = since(({ keyspaceHits }) => keyspaceHits);
  const misses = since(({ keyspaceMisses }) => keyspaceMisses);
  const metrics: NodeMetric[] = [
    { metricName: 'NewConnections', unit: 'Count', value: since(({ connectionsReceived }) => connectionsReceived) },
  ];
  if (elapsedSeconds > 0) {
    const busySeconds = since(({ engineCpuSeconds }) => engineCpuSeconds);
    metrics.push({ metricName: 'EngineCPUUtilization', unit: 'Percent', value: (100 * busySeconds) / elapsedSeconds });
  }
  // ElastiCache has hits and misses only of intervals with reads.
  if (hits + misses > 0) {
    metrics.push({ metricName: 'CacheHits', unit: 'Count', value: hits });
    metrics.push({ metricName: 'CacheMisses', unit: 'Count', value: misses });
  }
  return metrics;
}

function memoryMetrics(info: NodeInfo): readonly NodeMetric[] {
  if (info.maxMemory === 0) return [];
  const value = (100 * info.usedMemory) / info.maxMemory;
  return [{ metricName: 'DatabaseMemoryUsagePercentage', unit: 'Percent', value }];
}
