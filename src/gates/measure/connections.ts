import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { type Measured, measured, unmeasured } from './measured';
import { readAll } from './series';

/** Connections in one period: one number per cache node, or null when only some nodes reported (the node set changed). */
export interface ConnectionLevel {
  readonly at: number;
  readonly nodes: readonly number[] | null;
}

/** Connections that the cache service itself keeps, over all nodes. */
export function monitoringConnections({ identity }: StageEvidence): number {
  return identity.nodes.length * identity.monitoringConnectionsPerNode;
}

/**
 * Connections per period. The sum over nodes tells of leaks, the largest node of capacity; in a period whose node set
 * changed neither is meant. A period in which no node reported is a gap: the measurement is missing.
 */
export function connectionsIn(stage: StageEvidence, periods: readonly number[]): Measured<readonly ConnectionLevel[]> {
  const series = readAll(stage, metricNamed('redis.connections'));
  if (!series.ok) return series;
  const levels: ConnectionLevel[] = [];
  for (const at of periods) {
    const values = series.value.map((points) => points.get(at));
    const present = values.filter((value) => value !== undefined);
    if (present.length === 0) return unmeasured('metric-missing', `redis.connections has no datapoint at ${new Date(at).toISOString()}`);
    levels.push({ at, nodes: present.length === values.length ? present : null });
  }
  return measured(levels);
}
