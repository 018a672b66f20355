import type { Evidence, StageEvidence } from '../gates/evidence-schema';
import { projectCapacity } from '../gates/judges/capacity';
import { connectionsIn } from '../gates/measure/connections';
import type { Policy } from '../gates/policy/policy';

/** What was run, what AWS would run, and the projection between them. Printed, never judged. */
export function scaleOf(stages: readonly StageEvidence[], policy: Policy, environmentsStarted: number | null): Evidence['scale'] {
  const soak = stages.findLast(({ name }) => name === 'soak');
  const projection = soak ? projectCapacity(soak, policy) : null;
  return {
    environmentsPeak: Math.max(0, ...stages.flatMap((stage) => values(stage, 'lambda.concurrency'))),
    environmentsStarted,
    requests: stages.reduce((sum, stage) => sum + (stage.load?.requests ?? 0), 0),
    connectionsPeak: Math.max(0, ...stages.map(connectionsPeak)),
    productionPeakConcurrency: policy.production.peakConcurrency,
    projectedConnections: projection?.ok ? projection.value.projected : null,
    cacheMaxConnectionsPerNode: policy.production.cacheMaxConnectionsPerNode,
  };
}

function connectionsPeak(stage: StageEvidence): number {
  const periodMs = stage.periodSeconds * 1000;
  const from = Date.parse(stage.window.start);
  const to = Date.parse(stage.after?.end ?? stage.window.end);
  const periods = Array.from({ length: Math.round((to - from) / periodMs) }, (_, i) => from + i * periodMs);
  const levels = connectionsIn(stage, periods);
  if (!levels.ok) return 0;
  return Math.max(0, ...levels.value.map(({ nodes }) => nodes?.reduce((sum, value) => sum + value, 0) ?? 0));
}

function values(stage: StageEvidence, metric: string): readonly number[] {
  return stage.series.filter((series) => series.metric === metric).flatMap(({ points }) => points.map(([, value]) => value));
}
