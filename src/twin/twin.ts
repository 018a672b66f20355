import { rm } from 'node:fs/promises';
import path from 'node:path';
import { startCache } from './cache/cache';
import { startCacheSampler } from './cache/sampler';
import { type CloudWatchEndpoint, type CloudWatchEndpointOptions, startCloudWatchEndpoint } from './cloudwatch/endpoint';
import { createLogMetrics } from './cloudwatch/log-metrics';
import { createMetricStore, type MetricStore } from './cloudwatch/store';
import { INTEGRATION_LIMIT_MS } from './gateway/gateway';
import { createPackageStore } from './lambda/package-store';
import { DEFAULT_REAPING } from './lambda/reaper';
import { writeRuntime } from './lambda/runtime-files';
import { createVersions } from './lambda/versions';
import { DEFAULT_AFTERLIFE } from './network/conditions';
import { functionNameOf } from './running-tier';
import { createTier, type TwinTier } from './tier';
import type { TierCache, TierName, TierSettings } from './tier-options';

export type { TierIdentityParts, TwinTier } from './tier';
export type { TierName } from './tier-options';

const REGION = 'us-east-1';

export interface TwinOptions {
  /** Holds `logs/<tier>/`, which stay, and `work/`, which goes with the twin. */
  readonly directory: string;
  /** Valkey or Redis >= 7: absolute path. */
  readonly valkeyServer: string;
  /** The Node of the Lambda runtime: absolute path. */
  readonly node: string;
  /** Milliseconds of a metric period; whole seconds. */
  readonly periodMs: number;
  /** When a tier's servers start: at once (default), or when the first package is published to it. */
  readonly start?: 'eager' | 'lazy';
  readonly settings?: Partial<Omit<TierSettings, 'node' | 'periodMs' | 'region'>>;
  /** Delays and faults of the CloudWatch endpoint from the start, and its port. */
  readonly cloudWatch?: Omit<CloudWatchEndpointOptions, 'store'>;
}

/** Staging and production on one machine. */
export interface Twin {
  readonly tiers: Readonly<Record<TierName, TwinTier>>;
  readonly cloudWatchUrl: string;
  /** Its faults can be set while the twin runs. */
  readonly cloudWatch: Pick<CloudWatchEndpoint, 'setFault' | 'clearFaults'>;
  /** What an AWS SDK or CLI needs to read the twin's metrics. */
  sdkEnvironment(): Record<string, string>;
  /** Ends every process and removes the working files, logs excepted. May be called twice, and while requests are in flight. */
  stop(): Promise<void>;
}

/** Lambda's own numbers where it has them; environments and starts are what two cores can carry. */
const DEFAULTS: Omit<TierSettings, 'node' | 'periodMs' | 'region' | 'runtime'> = {
  functionTimeoutMs: 3_000,
  memorySizeMb: 512,
  reservedConcurrency: null,
  concurrencyLimit: 1_000,
  maxEnvironments: 30,
  maxConcurrencyPerEnvironment: 1,
  maxParallelStarts: 2,
  initLimitMs: 10_000,
  integrationLimitMs: INTEGRATION_LIMIT_MS,
  reaping: DEFAULT_REAPING,
  afterlife: DEFAULT_AFTERLIFE,
};

/** @throws when a server does not come up; what had been started by then is ended again. */
export async function startTwin(options: TwinOptions): Promise<Twin> {
  const work = path.join(options.directory, 'work');
  const store = createMetricStore({ periodMs: options.periodMs, now: Date.now });
  const endpoint = await startCloudWatchEndpoint({ ...options.cloudWatch, store });
  const tiers = await createTiers(options, work, store).catch(async (error: unknown) => {
    await endpoint.stop();
    throw error;
  });
  const twin = assemble(tiers, endpoint, work);
  try {
    if (options.start !== 'lazy') await Promise.all([tiers.staging.start(), tiers.production.start()]);
    return twin;
  } catch (error) {
    await twin.stop();
    throw error;
  }
}

function assemble(tiers: Twin['tiers'], endpoint: CloudWatchEndpoint, work: string): Twin {
  let stopping: Promise<void> | null = null;
  const stopAll = async () => {
    const ended = await Promise.allSettled([tiers.staging.stop(), tiers.production.stop(), endpoint.stop()]);
    await rm(work, { recursive: true, force: true });
    const failed = ended.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
  return {
    tiers,
    cloudWatchUrl: endpoint.url,
    cloudWatch: endpoint,
    sdkEnvironment: () => ({
      AWS_ENDPOINT_URL_CLOUDWATCH: endpoint.url,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'twin',
      AWS_SECRET_ACCESS_KEY: 'twin',
    }),
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
  };
}

async function createTiers(options: TwinOptions, work: string, store: MetricStore): Promise<Twin['tiers']> {
  const packages = createPackageStore(path.join(work, 'packages'));
  const runtime = await writeRuntime(path.join(work, 'runtime'));
  const { node, periodMs } = options;
  const settings: TierSettings = { ...DEFAULTS, runtime, node, periodMs, region: REGION, ...options.settings };
  const create = (name: TierName): TwinTier =>
    createTier({
      name,
      settings,
      metrics: store,
      logLines: createLogMetrics(store, functionNameOf({ name })),
      createVersions: () => createVersions(packages),
      logDirectory: path.join(options.directory, 'logs', name),
      startCache: () => startTierCache(name, options, path.join(work, 'cache', name), store),
    });
  return { staging: create('staging'), production: create('production') };
}

/** ElastiCache keeps monitoring connections of its own on each node; here it is the sampler's one. */
async function startTierCache(name: TierName, options: TwinOptions, directory: string, store: MetricStore): Promise<TierCache> {
  const { valkeyServer, periodMs } = options;
  const cache = await startCache({ valkeyServer, directory, replicationGroupId: `tidegate-${name}` });
  // Periods of a second would otherwise hold one sample each, and a late one would leave a gap.
  const sampler = startCacheSampler({ cache, sink: store, intervalMs: Math.min(1_000, periodMs / 2) });
  return {
    cache,
    monitoringConnectionsPerNode: 1,
    async stop() {
      await sampler.stop();
      await cache.stop();
    },
  };
}
