import { cp } from 'node:fs/promises';
import type { TierIdentity } from '../gates/evidence-schema';
import type { Tier } from '../gates/vocabulary';
import type { Target } from './target';
import { LETS_ANYBODY_IN } from './twin';
import { twinCloudWatch } from './twin-cloud-watch';

/** Addresses and identities of a twin that another process runs. */
export interface AttachedTwin {
  readonly cloudWatchUrl: string;
  readonly tiers: Readonly<
    Record<
      Tier,
      {
        readonly apiUrl: string;
        readonly servingDigest: string;
        readonly deployedAt: string;
        readonly identity: TierIdentity;
        readonly logDirectory: string;
      }
    >
  >;
}

/** A running twin is judged as it stands: changing it is for the process that runs it. */
export class NotOurTwinError extends Error {
  override readonly name = 'NotOurTwinError';
  constructor() {
    super('this twin is run by another process: it can be judged, not changed');
  }
}

/** A twin that is only observed. Load and metrics are real; deployments and shifts are refused. */
export function attachedTwinTarget(twin: AttachedTwin): Target {
  const refuse = (): Promise<never> => Promise.reject(new NotOurTwinError());
  return {
    name: 'twin',
    cloudWatch: twinCloudWatch(twin.cloudWatchUrl),
    async describe(tier) {
      const { apiUrl, servingDigest, deployedAt, identity } = twin.tiers[tier];
      return { tier, apiUrl, servingDigest, assemblyDigest: null, deployedAt: new Date(deployedAt), identity };
    },
    traffic: async (tier) => ({ main: twin.tiers[tier].servingDigest, whole: true }),
    deploy: refuse,
    restore: refuse,
    redeploy: refuse,
    ...LETS_ANYBODY_IN,
    failover: null,
    // The stage's own limit is a wish; the running twin keeps the one it was started with.
    setReservedConcurrency: async (tier) => twin.tiers[tier].identity.reservedConcurrency,
    beginShift: refuse,
    observe: refuse,
    stop: refuse,
    health: async () => ({ ok: true }),
    facts: async () => ({ environmentsStarted: null }),
    saveLogs: (tier, directory) => cp(twin.tiers[tier].logDirectory, directory, { recursive: true }),
    close: async () => undefined,
  };
}
