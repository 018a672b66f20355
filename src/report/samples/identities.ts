import type { TierIdentity } from '../../gates/evidence-schema';
import type { Tier } from '../../gates/vocabulary';

/** Invented identities of the samples: nothing here exists. */
export const DIGESTS = {
  candidate: `sha256:${'c4'.repeat(32)}`,
  serving: `sha256:${'5e'.repeat(32)}`,
  assembly: `sha256:${'a5'.repeat(32)}`,
  policy: `sha256:${'70'.repeat(32)}`,
  evidence: `sha256:${'e7'.repeat(32)}`,
} as const;

export const COMMIT = '3f2a91c0d4e5b6a798887766554433221100ffee';
export const TOOL_VERSION = '0.1.0';
/** When every sample run begins. */
export const START = Date.parse('2026-01-31T10:00:00Z');
export const PERIOD_SECONDS = 5;

export function identity(tier: Tier, reservedConcurrency: number): TierIdentity {
  return {
    apiId: `checkin-${tier}`,
    apiStage: '$default',
    functionName: `check-in-${tier}`,
    alias: 'live',
    version: '7',
    previousVersion: tier === 'production' ? '6' : null,
    nodes: [
      { cacheClusterId: `${tier}-001`, cacheNodeId: '0001', role: 'primary' },
      { cacheClusterId: `${tier}-002`, cacheNodeId: '0001', role: 'replica' },
    ],
    monitoringConnectionsPerNode: 2,
    reservedConcurrency,
  };
}
