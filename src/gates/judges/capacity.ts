import type { StageEvidence } from '../evidence-schema';
import { counted, formatNumber, formatPercent } from '../format';
import { type Measured, measured, unmeasured } from '../measure/measured';
import type { CapacityGate } from '../policy/gate';
import type { Policy } from '../policy/policy';
import { heldByOthers } from './foreign-connections';
import { type JudgeContext, type Judgement, judgement, notMeasured } from './judgement';
import { othersText } from './leak-words';
import { environmentLevels } from './per-environment';

/** Old and new release stand side by side during a promotion, each at production's peak. */
const OVERLAP = 2;

export interface CapacityProjection {
  /** Connections on the fullest node at production's peak. */
  readonly projected: number;
  readonly perEnvironment: number;
  readonly datapoints: number;
}

/**
 * Projects the fullest node's connections per environment to production's peak concurrency.
 * @param others connections on the fullest node that no environment holds: they are there once, whatever the concurrency; default none
 */
export function projectCapacity(stage: StageEvidence, policy: Pick<Policy, 'production'>, others = 0): Measured<CapacityProjection> {
  const read = environmentLevels(stage);
  if (!read.ok) return read;
  const { levels, nodeSetChangedAt } = read.value;
  if (nodeSetChangedAt !== null)
    return unmeasured('node-set-changed', `the cache nodes changed at ${new Date(nodeSetChangedAt).toISOString()}`);
  const perEnvironment = Math.max(...levels.map(({ fullestNode, environments }) => Math.max(0, fullestNode - others) / environments));
  const projected = perEnvironment * policy.production.peakConcurrency * OVERLAP + others + stage.identity.monitoringConnectionsPerNode;
  return measured({ projected, perEnvironment, datapoints: levels.length });
}

/** Would the cache's nodes carry this release at production's peak, with the old release still there? */
export function judgeCapacity(gate: CapacityGate, context: JudgeContext): Judgement {
  const { stage, policy } = context;
  const { cacheMaxConnectionsPerNode: nodeLimit, peakConcurrency } = policy.production;
  const base = { limit: nodeLimit * gate.max, unit: 'connections' };
  const projection = projectCapacity(stage, policy);
  if (!projection.ok) return notMeasured(projection, base);
  const { projected, perEnvironment, datapoints } = projection.value;
  const rest = { ...base, value: projected, n: datapoints, details: { perEnvironment, peakConcurrency, overlap: OVERLAP, nodeLimit } };
  const seen = `At production's peak of ${counted(peakConcurrency, 'environment')}, old and new release together, the fullest cache node would hold ${formatNumber(projected)} connections (${formatNumber(perEnvironment)} per environment now), limit ${formatNumber(base.limit)} (${formatPercent(gate.max)} of ${formatNumber(nodeLimit)})`;
  if (projected <= base.limit) return judgement('within-capacity', `${seen}.`, rest);
  const others = heldByOthers(context, 0);
  const without = projectCapacity(stage, policy, others);
  if (!without.ok || without.value.projected > base.limit) return judgement('over-capacity', `${seen}.`, rest);
  return judgement('foreign-connections', `No verdict: ${seen}, ${othersText(others, without.value.perEnvironment)}.`, rest);
}
