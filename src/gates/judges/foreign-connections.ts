import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { monitoringConnections } from '../measure/connections';
import { environmentsIn } from '../measure/environments';
import { type Floor, undisturbedUntil } from '../measure/floor';
import { readAll } from '../measure/series';
import type { JudgeContext } from './judgement';

/**
 * The part of the floor that is not the release's own: connections before the load beyond what the service itself keeps
 * and what the environments that were warm by then may hold. Null without a floor.
 */
export function foreignConnections(stage: StageEvidence, floor: Floor, maxPerEnvironment: number): number | null {
  if (floor.value === null) return null;
  return Math.max(0, floor.value - monitoringConnections(stage) - environmentsBefore(stage) * maxPerEnvironment);
}

/** Environments that were warm in the period before the load; 0 where it is not known. */
export function environmentsBefore(stage: StageEvidence): number {
  const environments = environmentsIn(stage, [Date.parse(stage.window.start) - stage.periodSeconds * 1000]);
  return environments.ok ? (environments.value[0] ?? 0) : 0;
}

/**
 * How many connections of the judged window may be those of other clients: no more than are foreign in the floor, and no more than were
 * there when the run had asked the release for nothing yet. A floor alone does not tell: what the release leaked when it was warmed is in it.
 */
export function heldByOthers({ stage, floor, earlier = [] }: JudgeContext, maxPerEnvironment: number): number {
  const run = [stage, ...earlier.filter(({ tier }) => tier === stage.tier)];
  const first = run.reduce((before, each) => (Date.parse(each.window.start) < Date.parse(before.window.start) ? each : before));
  return Math.min(foreignConnections(stage, floor, maxPerEnvironment) ?? 0, leastBeforeRun(first));
}

/** The fewest connections in the known periods before the first request of a run, without the service's own; 0 without such a period. */
function leastBeforeRun(first: StageEvidence): number {
  const series = readAll(first, metricNamed('redis.connections'));
  if (!series.ok) return 0;
  const lastStart = undisturbedUntil(first) - first.periodSeconds * 1000;
  const periods = [...(series.value[0]?.keys() ?? [])].filter((at) => at <= lastStart && series.value.every((points) => points.has(at)));
  const sums = periods.map((at) => series.value.reduce((sum, points) => sum + (points.get(at) ?? 0), 0));
  return sums.length === 0 ? 0 : Math.max(0, Math.min(...sums) - monitoringConnections(first));
}
