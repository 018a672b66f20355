/** What the parts of the twin know of each other. Types only. */

/** One datum on its way into the metric store; the store puts it into a clock-aligned bucket. */
export interface MetricDatum {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly value: number;
  /** Epoch milliseconds at which the thing happened. */
  readonly at: number;
}

export interface MetricSink {
  record(datum: MetricDatum): void;
}

/** Executed by the Lambda part for each line that an execution environment writes, and for the platform's REPORT lines. */
export interface LogLineSink {
  /** @returns true when the line became metrics. */
  line(text: string, at: number): boolean;
}

export interface CacheNode {
  readonly cacheClusterId: string;
  readonly cacheNodeId: string;
  readonly role: 'primary' | 'replica';
  readonly host: string;
  readonly port: number;
}

/** A replication group of one tier: real servers, reached by name. */
export interface Cache {
  readonly replicationGroupId: string;
  /** Changes with failover. */
  nodes(): readonly CacheNode[];
  /** Address of the primary endpoint now. */
  primary(): { readonly host: string; readonly port: number };
  /** Address of the reader endpoint now (one replica, as the DNS record resolves). */
  reader(): { readonly host: string; readonly port: number };
  /** Ends the primary and promotes the replica. */
  failover(): Promise<void>;
  /** Ends one node without a farewell: a fault. */
  kill(role: 'primary' | 'replica'): Promise<void>;
  /** Whether every server runs that should: not ok after `kill`, or when one ended by itself. */
  health(): TierHealth;
  stop(): Promise<void>;
}

/** A release as the twin needs it: any Node Lambda package. */
export interface LambdaPackage {
  /** `sha256:` digest of the zip. */
  readonly digest: string;
  readonly zipPath: string;
  /** Module and export, e.g. `index.handler`. */
  readonly handler: string;
  /** Values may hold `{cache.primary}` and `{cache.reader}`. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Whether the twin itself is intact. A server of the cache that ended without being told, or an idle
 * environment killed by a signal that the twin did not send, breaks the tier: it says nothing about the release.
 */
export type TierHealth = { readonly ok: true } | { readonly ok: false; readonly detail: string };

/** Besides what a tier offers to its tests, src/targets/twin.ts needs of it: */
export interface TierFacts {
  health(): TierHealth;
  /** True count of environments started since the tier began; no gate reads it. */
  environmentsStarted(): number;
  /** Directory with one log file per environment and the gateway's access log. */
  readonly logDirectory: string;
}
