import { setTimeout as sleep } from 'node:timers/promises';
import type { NetworkFaults } from './network/tier-network';
import type { Cache } from './ports';

/**
 * How long the primary's name still leads to the lost node, ms. On ElastiCache it is tens of seconds; what a release does
 * about it shows within a few.
 */
export const NAME_MOVES_AFTER_MS = 1_500;

/**
 * The cache's primary fails as a host does: the connections that are there go silent instead of closing, and those to its name
 * lead nowhere until the name has moved to the promoted replica. A killed process alone would be too polite: its kernel closes
 * every connection at once. Returns when the name has moved and a new replica follows.
 */
export async function failOver(cache: Cache, network: NetworkFaults): Promise<void> {
  const nameMoved = network.losePrimary();
  try {
    await Promise.all([cache.failover(), sleep(NAME_MOVES_AFTER_MS).then(nameMoved)]);
  } finally {
    nameMoved();
  }
}
