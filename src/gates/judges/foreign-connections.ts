import type { StageEvidence } from '../evidence-schema';
import { environmentsIn } from '../measure/environments';
import type { Floor } from '../measure/floor';

/** Connections that the cache service itself keeps, over all nodes. */
export function monitoringConnections({ identity }: StageEvidence): number {
  return identity.nodes.length * identity.monitoringConnectionsPerNode;
}

/**
 * The part of the floor that is not the release's own: connections before the load beyond what the service itself keeps
 * and what the environments that were warm by then may hold. Null without a floor.
 */
export function foreignConnections(stage: StageEvidence, floor: Floor, maxPerEnvironment: number): number | null {
  if (floor.value === null) return null;
  const periodMs = stage.periodSeconds * 1000;
  const environments = environmentsIn(stage, [Date.parse(stage.window.start) - periodMs]);
  const own = environments.ok ? (environments.value[0] ?? 0) * maxPerEnvironment : 0;
  return Math.max(0, floor.value - monitoringConnections(stage) - own);
}
