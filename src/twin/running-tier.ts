import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { REPORT_FILES } from '../contract';
import { type Gateway, startGateway } from './gateway/gateway';
import { createFunction, type LambdaFunction } from './lambda/function';
import { createTierNetwork, type TierNetwork } from './network/tier-network';
import type { TierCache, TierOptions } from './tier-options';

export const ALIAS = 'live';
export const API_STAGE = '$default';

/** The parts of a tier while its servers run. */
export interface RunningTier {
  readonly cache: TierCache;
  readonly network: TierNetwork;
  readonly lambda: LambdaFunction;
  readonly gateway: Gateway;
  /** From the outside in: nothing new arrives while the rest ends. */
  stop(): Promise<void>;
}

export const functionNameOf = (options: Pick<TierOptions, 'name'>): string => `tidegate-${options.name}`;
export const apiIdOf = (options: TierOptions): string => `tidegate${options.name}`;

/** @throws when a server does not come up; what had been started by then is ended again. */
export async function startTier(options: TierOptions): Promise<RunningTier> {
  await mkdir(options.logDirectory, { recursive: true });
  const cache = await options.startCache();
  const network = createTierNetwork(cache.cache, options.settings.afterlife);
  const lambda = createTierFunction(options, network);
  try {
    const gateway = await startTierGateway(options, lambda);
    return { cache, network, lambda, gateway, stop: () => stopAll(gateway, lambda, network, cache) };
  } catch (error) {
    await lambda.stop();
    await cache.stop();
    throw error;
  }
}

async function stopAll(gateway: Gateway, lambda: LambdaFunction, network: TierNetwork, cache: TierCache): Promise<void> {
  // Each part ends even if another one cannot: what stays behind would be a process.
  const ended = await Promise.allSettled([gateway.stop(), lambda.stop()]);
  network.stop();
  ended.push(...(await Promise.allSettled([cache.stop()])));
  const failed = ended.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function createTierFunction(options: TierOptions, network: TierNetwork): LambdaFunction {
  const { settings } = options;
  const functionName = functionNameOf(options);
  return createFunction({
    alias: ALIAS,
    versions: options.createVersions(),
    metrics: options.metrics,
    periodMs: settings.periodMs,
    concurrencyLimit: settings.concurrencyLimit,
    maxEnvironments: settings.maxEnvironments,
    maxParallelStarts: settings.maxParallelStarts,
    initLimitMs: settings.initLimitMs,
    reaping: settings.reaping,
    random: Math.random,
    settings: {
      functionName,
      functionArn: `arn:aws:lambda:${settings.region}:123456789012:function:${functionName}:${ALIAS}`,
      region: settings.region,
      memorySizeMb: settings.memorySizeMb,
      timeoutMs: settings.functionTimeoutMs,
      maxConcurrencyPerEnvironment: settings.maxConcurrencyPerEnvironment,
      node: settings.node,
      runtime: settings.runtime,
      logDirectory: options.logDirectory,
      logLines: options.logLines,
      openNetwork: network.open,
    },
  });
}

function startTierGateway(options: TierOptions, lambda: LambdaFunction): Promise<Gateway> {
  return startGateway({
    api: { apiId: apiIdOf(options), stage: API_STAGE, region: options.settings.region },
    accessLogFile: path.join(options.logDirectory, REPORT_FILES.accessLog),
    metrics: options.metrics,
    integrationLimitMs: options.settings.integrationLimitMs,
    invoke: lambda.invoke,
  });
}
