import { randomUUID } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { LAMBDA_HANDLER } from '../contract';
import type { Tier } from '../gates/vocabulary';
import type { LambdaPackage } from '../twin/ports';
import type { Twin, TwinTier } from '../twin/twin';
import type { ReleasePackage, Shift, ShiftState, Target, TierDescription, Traffic } from './target';
import { twinCloudWatch } from './twin-cloud-watch';

/** A tier of the twin that no release was deployed to has nothing to describe. */
export class NothingDeployedError extends Error {
  override readonly name = 'NothingDeployedError';
}

/** Nobody but our own load reaches a twin, and nobody plays production's clients but it. */
export const LETS_ANYBODY_IN = {
  canaryTraffic: 'generated',
  freshDeployments: true,
  invokeAccess: async () => null,
} as const satisfies Partial<Target>;

/** The twin behind the interface that AWS has too. Stopping the target stops the twin. */
export function twinTarget(twin: Twin): Target {
  const deployedAt = new Map<string, Date>();
  const shifts = new Map<string, Shift>();
  const describe = (tier: Tier, previousVersion: string | null = null, judged?: string): TierDescription =>
    describeTier(tier, twin.tiers[tier], deployedAt, previousVersion, judged);
  const publish = async (tier: Tier, release: ReleasePackage): Promise<string> => {
    const version = await twin.tiers[tier].publish(lambdaPackage(release));
    deployedAt.set(`${tier}/${version}`, new Date());
    return version;
  };
  const deploy: Target['deploy'] = async (tier, release, options) => {
    const version = await publish(tier, release);
    const { reservedConcurrency } = options ?? {};
    if (reservedConcurrency !== undefined) reserve(twin.tiers[tier], reservedConcurrency);
    twin.tiers[tier].pointAlias(version);
    return describe(tier);
  };
  return {
    name: 'twin',
    cloudWatch: twinCloudWatch(twin.cloudWatchUrl),
    ...LETS_ANYBODY_IN,
    describe: async (tier) => describe(tier),
    traffic: async (tier) => trafficOf(twin.tiers[tier], ![...shifts.values()].some((shift) => shift.tier === tier)),
    deploy,
    restore: (tier, release) => deploy(tier, release),
    redeploy: async (tier) => describe(tier),
    setReservedConcurrency: async (tier, environments) => reserve(twin.tiers[tier], environments),
    async beginShift(tier, release, { weight }) {
      const from = describe(tier);
      const version = await publish(tier, release);
      twin.tiers[tier].pointAlias(from.identity.version, { secondary: version, weight });
      const shift: Shift = {
        id: randomUUID(),
        tier,
        from: { version: from.identity.version, digest: from.servingDigest },
        to: { version, digest: release.packageDigest },
        weight,
        description: describe(tier, from.identity.version, version),
      };
      shifts.set(shift.id, shift);
      return shift;
    },
    observe: async (shift) => stateOf(shift, shifts.has(shift.id), twin.tiers[shift.tier].servingVersion()),
    async stop(shift, outcome) {
      const version = outcome === 'complete' ? shift.to.version : shift.from.version;
      twin.tiers[shift.tier].pointAlias(version);
      shifts.delete(shift.id);
      return describe(shift.tier);
    },
    failover: (tier) => twin.tiers[tier].failover(),
    health: async (tier) => twin.tiers[tier].health(),
    facts: async (tier) => ({ environmentsStarted: twin.tiers[tier].environmentsStarted() }),
    saveLogs: (tier, directory) => cp(twin.tiers[tier].logDirectory, directory, { recursive: true }),
    close: () => twin.stop(),
  };
}

function describeTier(
  tier: Tier,
  part: TwinTier,
  deployedAt: ReadonlyMap<string, Date>,
  previousVersion: string | null,
  judged = part.servingVersion(),
): TierDescription {
  if (judged === null) throw new NothingDeployedError(`${tier} of the twin serves no release`);
  return {
    tier,
    apiUrl: part.apiUrl,
    identity: { ...part.identity(), version: judged, previousVersion },
    deployedAt: deployedAt.get(`${tier}/${judged}`) ?? new Date(0),
    servingDigest: part.digestOf(judged),
    assemblyDigest: null,
  };
}

function trafficOf(part: TwinTier, whole: boolean): Traffic {
  const version = part.servingVersion();
  return { main: version === null ? null : part.digestOf(version), whole };
}

function stateOf({ weight, to }: Shift, inProgress: boolean, serving: string | null): ShiftState {
  if (inProgress) return { state: 'in-progress', detail: `${Math.round(weight * 100)} % on version ${to.version}` };
  return { state: serving === to.version ? 'completed' : 'rolled-back', detail: `version ${serving} serves all requests` };
}

function reserve(part: TwinTier, environments: number): number {
  part.setReservedConcurrency(environments);
  return environments;
}

function lambdaPackage(release: ReleasePackage): LambdaPackage {
  return { digest: release.packageDigest, zipPath: release.zipPath, handler: LAMBDA_HANDLER, environment: release.environment };
}
