import type { StageEvidence, Window } from '../evidence-schema';
import { type ConnectionLevel, connectionsIn } from '../measure/connections';
import { environmentsIn } from '../measure/environments';
import { type Measured, measured, unmeasured } from '../measure/measured';
import { oncePer } from '../measure/once-per';
import { periodsOf } from '../measure/periods';

/** Connections of the release in one period, without those that the cache service itself keeps. */
export interface EnvironmentLevel {
  readonly at: number;
  readonly environments: number;
  /** Summed over the nodes. */
  readonly connections: number;
  /** On the fullest node. */
  readonly fullestNode: number;
  /** `connections / environments` */
  readonly perEnvironment: number;
}

export interface EnvironmentLevels {
  readonly levels: readonly EnvironmentLevel[];
  /** First period in which only some nodes reported; null when none did. */
  readonly nodeSetChangedAt: number | null;
}

/**
 * Connections per environment for each period of a window. Never the total: a healthy release's total grows with the
 * number of its environments. Periods in which the node set changed are left out, and named.
 */
export function environmentLevels(stage: StageEvidence, window = stage.judged): Measured<EnvironmentLevels> {
  return window === stage.judged ? judgedLevels(stage) : levelsIn(stage, window);
}

const judgedLevels = oncePer((stage: StageEvidence) => levelsIn(stage, stage.judged));

function levelsIn(stage: StageEvidence, window: Window): Measured<EnvironmentLevels> {
  const periods = periodsOf(window, stage.periodSeconds);
  if (periods.length === 0) return unmeasured('too-few-datapoints', 'the window holds no whole period');
  const connections = connectionsIn(stage, periods);
  if (!connections.ok) return connections;
  const environments = environmentsIn(stage, periods);
  if (!environments.ok) return environments;
  const monitoring = stage.identity.monitoringConnectionsPerNode;
  const levels = connections.value.flatMap((level, i) => levelOf(level, environments.value[i] ?? 1, monitoring));
  const changed = connections.value.find(({ nodes }) => nodes === null);
  return measured({ levels, nodeSetChangedAt: changed?.at ?? null });
}

/** The levels as a course of connections per environment. */
export const courseOf = oncePer((levels: readonly EnvironmentLevel[]): readonly number[] =>
  levels.map(({ perEnvironment }) => perEnvironment),
);

function levelOf({ at, nodes }: ConnectionLevel, environments: number, monitoring: number): EnvironmentLevel[] {
  if (nodes === null) return [];
  const ours = nodes.map((connections) => Math.max(0, connections - monitoring));
  const connections = ours.reduce((sum, each) => sum + each, 0);
  return [{ at, environments, connections, fullestNode: Math.max(...ours), perEnvironment: connections / environments }];
}
