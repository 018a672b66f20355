import { STACKS } from '../../src/contract';
import type { Tier } from '../../src/gates/vocabulary';
import type { Settings } from '../settings';

/** All that tells the tiers apart, besides what settings and policy say of each. */
export interface TierShape {
  readonly stackName: string;
  /** Of its own, so that the two networks could be joined one day. */
  readonly cidr: string;
  /** Days for which a daily snapshot of the cache is kept. */
  readonly snapshotDays: number;
  /** Who moves the alias to a new version: the stack's update at once, or CodeDeploy step by step. */
  readonly shift: 'at-once' | 'code-deploy';
}

export const TIER_SHAPES: Readonly<Record<Tier, TierShape>> = {
  staging: { stackName: STACKS.staging, cidr: '10.64.0.0/24', snapshotDays: 0, shift: 'at-once' },
  production: { stackName: STACKS.production, cidr: '10.64.1.0/24', snapshotDays: 7, shift: 'code-deploy' },
};

/** The alias that a tier's API invokes. */
export const ALIAS = 'live';
/** Two cache nodes, one in each zone. */
export const CACHE_NODES = 2;
export const CACHE_PORT = 6379;

/** Names of a tier's resources: known before anything is deployed, so that metrics, alarms and permissions can name them exactly. */
export interface TierNames {
  readonly functionName: string;
  readonly replicationGroupId: string;
  /** Id and name of the cache's user: IAM authentication wants them to be the same. */
  readonly cacheUser: string;
  /** ElastiCache numbers the nodes of a group without shards. */
  readonly cacheNodes: readonly string[];
}

export function namesOf({ service }: Pick<Settings, 'service'>, tier: Tier): TierNames {
  const name = `${service}-${tier}`;
  const cacheNodes = Array.from({ length: CACHE_NODES }, (_, i) => `${name}-${String(i + 1).padStart(3, '0')}`);
  return { functionName: name, replicationGroupId: name, cacheUser: name, cacheNodes };
}
