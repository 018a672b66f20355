import type { ReapingRules } from './lambda/reaper';
import type { Versions } from './lambda/versions';
import type { Afterlife } from './network/conditions';
import type { Cache, LogLineSink, MetricSink } from './ports';

export type TierName = 'staging' | 'production';
export const TIER_NAMES: readonly TierName[] = ['staging', 'production'];

/** How a tier's function and network behave; every number has AWS's or the measured default. */
export interface TierSettings {
  readonly region: string;
  /** The Node of the Lambda runtime: absolute path. */
  readonly node: string;
  /** Arguments of `node` that make a runtime. */
  readonly runtime: readonly string[];
  /** Milliseconds of a metric period. */
  readonly periodMs: number;
  /** Milliseconds; Lambda's own default is 3 s. */
  readonly functionTimeoutMs: number;
  readonly memorySizeMb: number;
  /** Null: nothing is reserved and `concurrencyLimit` holds. */
  readonly reservedConcurrency: number | null;
  /** The account's quota. */
  readonly concurrencyLimit: number;
  /** Environments of one version that the machine can carry: above it invocations wait for a free one. */
  readonly maxEnvironments: number;
  readonly maxConcurrencyPerEnvironment: number;
  readonly maxParallelStarts: number;
  readonly initLimitMs: number;
  readonly integrationLimitMs: number;
  readonly reaping: ReapingRules;
  readonly afterlife: Afterlife;
}

/** Everything that a tier shares with the twin or gets from it. */
export interface TierOptions {
  readonly name: TierName;
  readonly settings: TierSettings;
  readonly metrics: MetricSink;
  readonly logLines: LogLineSink;
  /** Unpacks into a place that both tiers share; each tier numbers its own versions. */
  createVersions(): Versions;
  /** Holds one log file per environment and the access log. Made if missing, never removed. */
  readonly logDirectory: string;
  startCache(): Promise<TierCache>;
}

/** A cache with whatever watches it. */
export interface TierCache {
  readonly cache: Cache;
  /** Connections that the watcher itself keeps on each node. */
  readonly monitoringConnectionsPerNode: number;
  /** Ends the watcher, then the cache. */
  stop(): Promise<void>;
}
