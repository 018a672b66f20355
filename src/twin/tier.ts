import { failOver } from './failover';
import type { EnvironmentView } from './lambda/function';
import type { NetworkFaults } from './network/tier-network';
import type { Cache, CacheNode, LambdaPackage, TierFacts, TierHealth } from './ports';
import { ALIAS, API_STAGE, apiIdOf, functionNameOf, type RunningTier, startTier } from './running-tier';
import type { TierName, TierOptions } from './tier-options';

/** A second version with its share of invocations, 0 to 1. */
export interface AliasShift {
  readonly secondary: string;
  readonly weight: number;
}

/** Names under which a tier's metrics are found in CloudWatch. */
export interface TierIdentityParts {
  readonly apiId: string;
  readonly apiStage: string;
  readonly functionName: string;
  readonly alias: string;
  readonly nodes: Pick<CacheNode, 'cacheClusterId' | 'cacheNodeId' | 'role'>[];
  readonly monitoringConnectionsPerNode: number;
  readonly reservedConcurrency: number | null;
}

/** One tier of the twin: gateway, function, network and cache. What needs servers throws a TierNotStartedError before. */
export interface TwinTier extends TierFacts {
  readonly name: TierName;
  readonly apiUrl: string;
  /** Real servers; `failover()` and `kill()` are faults. */
  readonly cache: Cache;
  readonly network: NetworkFaults;
  /** The primary's host fails and the replica is promoted (failover.ts). Returns when a new replica follows. */
  failover(): Promise<void>;
  /** Starts the servers; `publish` does it too. May be called twice. */
  start(): Promise<void>;
  identity(): TierIdentityParts;
  /** Makes a version of a package; nothing serves it yet. @throws when the zip is not what its digest says. */
  publish(pkg: LambdaPackage): Promise<string>;
  /** @throws RangeError for a version that was never published, or a weight outside 0 to 1. */
  pointAlias(version: string, shift?: AliasShift | null): void;
  /** The alias's main version; null before the first. */
  servingVersion(): string | null;
  /** `sha256:` digest of the zip that a version was published from. @throws RangeError for an unknown version. */
  digestOf(version: string): string;
  setReservedConcurrency(environments: number | null): void;
  environments(): readonly EnvironmentView[];
  /** Environments started, and most alive at once, since the tier began. */
  totals(): { readonly started: number; readonly peak: number };
  /** SIGKILL to one environment: a fault. @returns its id, null when there is none. */
  killEnvironment(which?: string): Promise<string | null>;
  /** Ends every process of the tier. May be called twice, and while requests are in flight. */
  stop(): Promise<void>;
}

export class TierNotStartedError extends Error {
  override readonly name = 'TierNotStartedError';
}

interface Lifecycle {
  /** Starts once; every later call gets the same tier. */
  start(): Promise<RunningTier>;
  /** Null before the start has ended. */
  running(): RunningTier | null;
  stop(): Promise<void>;
}

/** A tier that starts its servers when they are first needed. */
export function createTier(options: TierOptions): TwinTier {
  let reserved = options.settings.reservedConcurrency;
  const life = createLifecycle(options.name, async () => {
    const tier = await startTier(options);
    tier.lambda.setReservedConcurrency(reserved);
    return tier;
  });
  const running = (): RunningTier => {
    const tier = life.running();
    if (tier === null) throw new TierNotStartedError(`${options.name} does not run`);
    return tier;
  };
  const totals = () => life.running()?.lambda.totals() ?? { started: 0, peak: 0 };
  return {
    name: options.name,
    logDirectory: options.logDirectory,
    get apiUrl() {
      return running().gateway.url;
    },
    get cache() {
      return running().cache.cache;
    },
    get network() {
      return running().network.faults;
    },
    failover: () => failOver(running().cache.cache, running().network.faults),
    start: async () => void (await life.start()),
    identity: () => identityOf(options, running(), reserved),
    publish: async (pkg) => (await life.start()).lambda.publish(pkg),
    pointAlias(version, shift = null) {
      running().lambda.pointAlias(version, shift && { version: shift.secondary, weight: shift.weight });
    },
    servingVersion: () => life.running()?.lambda.route()?.version ?? null,
    digestOf: (version) => running().lambda.digestOf(version),
    setReservedConcurrency(environments) {
      reserved = environments;
      life.running()?.lambda.setReservedConcurrency(environments);
    },
    environments: () => life.running()?.lambda.environments() ?? [],
    totals,
    environmentsStarted: () => totals().started,
    killEnvironment: (which = 'any') => running().lambda.killEnvironment(which),
    health: () => healthOf(life.running()),
    stop: life.stop,
  };
}

function createLifecycle(name: TierName, begin: () => Promise<RunningTier>): Lifecycle {
  let starting: Promise<RunningTier> | null = null;
  let stopping: Promise<void> | null = null;
  let running: RunningTier | null = null;
  const beginOnce = async () => {
    running = await begin();
    return running;
  };
  const stopOnce = async () => {
    // A start that fails has ended by itself what it had started.
    const tier = await starting?.catch(() => null);
    running = null;
    await tier?.stop();
  };
  return {
    start() {
      if (stopping !== null) return Promise.reject(new TierNotStartedError(`${name} was stopped`));
      starting ??= beginOnce();
      return starting;
    },
    running: () => running,
    stop() {
      stopping ??= stopOnce();
      return stopping;
    },
  };
}

function identityOf(options: TierOptions, tier: RunningTier, reservedConcurrency: number | null): TierIdentityParts {
  return {
    apiId: apiIdOf(options),
    apiStage: API_STAGE,
    functionName: functionNameOf(options),
    alias: ALIAS,
    nodes: tier.cache.cache.nodes().map(({ cacheClusterId, cacheNodeId, role }) => ({ cacheClusterId, cacheNodeId, role })),
    monitoringConnectionsPerNode: tier.cache.monitoringConnectionsPerNode,
    reservedConcurrency,
  };
}

function healthOf(tier: RunningTier | null): TierHealth {
  if (tier === null) return { ok: true };
  const cache = tier.cache.cache.health();
  return cache.ok ? tier.lambda.health() : cache;
}
