import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { TierIdentity } from '../gates/evidence-schema';
import type { TargetName, Tier } from '../gates/vocabulary';

/** A cloud assembly on disk: templates and assets of both tiers. */
export interface Assembly {
  /** sha256 of the sorted manifest of its files' digests. */
  readonly digest: string;
  readonly directory: string;
}

/** A built release: what is tested is what ships. */
export interface ReleasePackage {
  /** What the release is called in reports and in the ledger: the digest of its package on the twin, of its assembly on AWS. */
  readonly digest: string;
  /** sha256 of the deterministic zip: AWS's CodeSha256, decoded. */
  readonly packageDigest: string;
  /** The deterministic zip. */
  readonly zipPath: string;
  /** Null on the twin, which deploys packages. */
  readonly assembly: Assembly | null;
  readonly entry: string;
  readonly commit: string;
  /** Values may hold `{cache.primary}` and `{cache.reader}`, which the target fills with the tier's addresses. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A tier with a release that serves all of its traffic. */
export interface TierDescription {
  readonly tier: Tier;
  readonly apiUrl: string;
  readonly identity: TierIdentity;
  /** When `identity.version` began to serve. */
  readonly deployedAt: Date;
  /** Digest of the package that serves, as the platform itself reports it. */
  readonly servingDigest: string;
  /** Digest of the assembly that the tier was deployed from; null where none is known (the twin, a stack of somebody else's). */
  readonly assemblyDigest: string | null;
}

/** The release could not be put onto a tier. The message says what the tier serves now and what to do. */
export class DeployFailedError extends Error {
  override readonly name = 'DeployFailedError';
}

/** What a load generator needs to be let in where strangers are refused; the credentials may do nothing but invoke the tier's API. */
export interface InvokeAccess {
  readonly region: string;
  /** The name that requests are signed for. */
  readonly service: 'execute-api';
  /** Fresh ones at each call when those before are about to expire: a soak outlives an hour. */
  credentials(): Promise<InvokeCredentials>;
}

export interface InvokeCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
  /** Epoch milliseconds; null when they do not expire. */
  readonly expiresAt: number | null;
}

/** Who gets a tier's requests, by its alias alone. */
export interface Traffic {
  /** Digest of the package that most requests go to; null where nothing serves yet. */
  readonly main: string | null;
  /** Whether all of them go there. */
  readonly whole: boolean;
}

/** What a canary is to be. */
export interface ShiftOptions {
  /** Share of requests that the new version gets, 0 to 1. */
  readonly weight: number;
  /** The longest time that its verdict may take, ms: a platform that goes on by itself must not go on before. */
  readonly watchMs: number;
}

/** A canary in progress. */
export interface Shift {
  readonly id: string;
  readonly tier: Tier;
  /** Published versions, and the digests of their packages. */
  readonly from: { readonly version: string; readonly digest: string };
  readonly to: { readonly version: string; readonly digest: string };
  /** Share of requests that the new version gets, 0 to 1. */
  readonly weight: number;
  /** The tier as it is judged during the shift: `identity.version` is the new one. */
  readonly description: TierDescription;
}

export type ShiftState = { readonly state: 'in-progress' | 'completed' | 'rolled-back' | 'failed'; readonly detail: string };

export type Health = { readonly ok: true } | { readonly ok: false; readonly detail: string };

export interface DeployOptions {
  readonly reservedConcurrency?: number;
}

/** Where a tier lives. Implementations: the twin, AWS. */
export interface Target {
  readonly name: TargetName;
  readonly cloudWatch: CloudWatchClient;
  /** Who sends a canary's requests: a load that plays production's clients, or those clients themselves. */
  readonly canaryTraffic: 'generated' | 'real';
  /** Whether deploying a release again starts its environments anew: only then may a spoiled stage be tried once more. */
  readonly freshDeployments: boolean;
  describe(tier: Tier): Promise<TierDescription>;
  /** Answers where `describe` refuses, too: in the middle of a shift, and when the infrastructure is stuck. */
  traffic(tier: Tier): Promise<Traffic>;
  /** Deploys to all traffic of the tier at once and returns when it serves. */
  deploy(tier: Tier, release: ReleasePackage, options?: DeployOptions): Promise<TierDescription>;
  /**
   * Takes all traffic of the tier back to a package that it served before, by the fastest way that the platform has; verified by
   * reading the alias.
   * @param version that served it, where one is on record: a package does not say with which configuration it served
   */
  restore(tier: Tier, release: ReleasePackage, version: string | null): Promise<TierDescription>;
  /** Brings the tier's infrastructure to a release whose package serves already; what serves does not change. */
  redeploy(tier: Tier, release: ReleasePackage): Promise<TierDescription>;
  /** Sets the reservation where the target may change it. @returns the one in force; null for none */
  setReservedConcurrency(tier: Tier, environments: number): Promise<number | null>;
  /** @returns null when the tier's API lets anybody in */
  invokeAccess(tier: Tier): Promise<InvokeAccess | null>;
  beginShift(tier: Tier, release: ReleasePackage, options: ShiftOptions): Promise<Shift>;
  observe(shift: Shift): Promise<ShiftState>;
  /** Where the platform itself moves the traffic, `complete` waits for it. Ends a shift: `complete` gives the new version all traffic, `roll-back` none. Verified by reading the alias. */
  stop(shift: Shift, outcome: 'complete' | 'roll-back'): Promise<TierDescription>;
  /** Loses the primary of the tier's cache and promotes a replica, as in a failure; null where that cannot be asked for. */
  readonly failover: ((tier: Tier) => Promise<void>) | null;
  /** Whether the tier itself (not the release) is intact: a broken tier must not be read as a broken release. */
  health(tier: Tier): Promise<Health>;
  /** Facts that only this target knows (the twin's true environment count); no gate reads them. */
  facts(tier: Tier): Promise<{ readonly environmentsStarted: number | null }>;
  /** Copies logs of a tier into a directory. */
  saveLogs(tier: Tier, directory: string): Promise<void>;
  close(): Promise<void>;
}
