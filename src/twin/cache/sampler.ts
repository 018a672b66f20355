import type { Cache, CacheNode, MetricSink } from '../ports';
import type { NodeInfo } from './node-info';
import { type NodeMetric, type NodeReading, nodeMetrics } from './node-metrics';
import { createNodeMonitor } from './node-monitor';
import { createLagMeter, type LagMeter } from './replication-lag';

const NAMESPACE = 'AWS/ElastiCache';

export interface CacheSamplerOptions {
  readonly cache: Cache;
  readonly sink: MetricSink;
  /** Milliseconds between samples. A metric period should be a whole multiple. */
  readonly intervalMs: number;
}

export interface CacheSampler {
  /** Resolves when no sample is under way and the monitoring connections are closed. */
  stop(): Promise<void>;
}

/** A node that has not answered by then has no datapoint; two such waits fit into an interval of a second. */
function deadlineOf(intervalMs: number): number {
  return Math.max(250, intervalMs / 2);
}

/**
 * Publishes ElastiCache's node metrics, under {CacheClusterId} and {CacheClusterId, CacheNodeId}. Samples are taken at
 * whole multiples of the interval on the clock and belong to the interval that has just ended. The first one is taken at
 * the next multiple and gives no counters.
 */
export function startCacheSampler(options: CacheSamplerOptions): CacheSampler {
  const { cache, intervalMs } = options;
  const samplers = new Map<string, NodeSampler>();
  const createSampler = nodeSamplers(options);
  let timer: NodeJS.Timeout;

  function sampleAll(tick: number): void {
    for (const node of cache.nodes()) {
      const sampler = samplers.get(node.cacheClusterId) ?? createSampler();
      samplers.set(node.cacheClusterId, sampler);
      sampler.sample(node, tick);
    }
  }

  function schedule(): void {
    const tick = (Math.floor(Date.now() / intervalMs) + 1) * intervalMs;
    timer = setTimeout(() => {
      sampleAll(tick);
      schedule();
    }, tick - Date.now());
  }
  schedule();

  return {
    async stop() {
      clearTimeout(timer);
      await Promise.all([...samplers.values()].map((sampler) => sampler.stop()));
    },
  };
}

interface NodeSampler {
  /** Begins a sample, unless the last one still waits for its answer: a node that hangs delays no other. */
  sample(node: CacheNode, tick: number): void;
  stop(): Promise<void>;
}

/** Samplers that share what has to be known of the primary to tell a replica's lag. */
function nodeSamplers({ sink, intervalMs }: CacheSamplerOptions): () => NodeSampler {
  const lagMeter = createLagMeter();
  return () => {
    const monitor = createNodeMonitor(deadlineOf(intervalMs));
    let previous: NodeReading | null = null;
    let running: Promise<void> | null = null;

    async function sampleOnce(node: CacheNode, tick: number): Promise<void> {
      const current = await monitor.read(node);
      if (current === null) return;
      const metrics = [...nodeMetrics(current, previous), ...lagMetrics(lagMeter, current.info, tick)];
      previous = current;
      publish(sink, node, metrics, tick - 1);
    }

    return {
      sample(node, tick) {
        running ??= sampleOnce(node, tick).finally(() => {
          running = null;
        });
      },
      async stop() {
        await running;
        monitor.close();
      },
    };
  };
}

function lagMetrics(lagMeter: LagMeter, info: NodeInfo, at: number): readonly NodeMetric[] {
  if (info.primaryLink === null) {
    lagMeter.primaryAt(info.replicationOffset, at);
    return [];
  }
  const value = info.primaryLink.up ? lagMeter.lagOf(info.replicationOffset, at) : info.primaryLink.downForSeconds;
  return [{ metricName: 'ReplicationLag', unit: 'Seconds', value }];
}

function publish(sink: MetricSink, node: CacheNode, metrics: readonly NodeMetric[], at: number): void {
  const { cacheClusterId, cacheNodeId } = node;
  const sets: readonly Record<string, string>[] = [
    { CacheClusterId: cacheClusterId },
    { CacheClusterId: cacheClusterId, CacheNodeId: cacheNodeId },
  ];
  for (const metric of metrics) {
    for (const dimensions of sets) sink.record({ namespace: NAMESPACE, ...metric, dimensions, at });
  }
}
