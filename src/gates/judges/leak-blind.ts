import type { StageEvidence } from '../evidence-schema';
import { counted, formatNumber } from '../format';
import { monitoringConnections } from '../measure/connections';
import { concurrencyAt } from '../measure/environments';
import { floorTolerance } from '../measure/floor';
import { type Unmeasured, unmeasured } from '../measure/measured';
import type { LeakGate } from '../policy/gate';
import { fewestForTrend } from '../stats/mann-kendall';
import { environmentsBefore } from './foreign-connections';
import type { JudgeContext } from './judgement';
import type { EnvironmentLevel } from './per-environment';

/** Why a course of connections that neither grows nor is too high proves nothing; null when it does. */
export function cannotTell(
  { stage, floor }: JudgeContext,
  levels: readonly EnvironmentLevel[],
  gate: LeakGate,
  changedAt: number | null,
): Unmeasured | null {
  if (changedAt !== null) return unmeasured('node-set-changed', `the cache nodes changed at ${new Date(changedAt).toISOString()}`);
  const fewest = Math.max(gate.minDatapoints, fewestForTrend(gate.confidence));
  if (levels.length < fewest)
    return unmeasured('too-few-datapoints', `${counted(levels.length, 'datapoint')}, ${fewest} are needed for a trend`);
  if (floor.status !== 'settled' || floor.value === null) {
    return unmeasured('floor-not-settled', `connections before the load were not stable (${floor.values.join(', ') || 'none measured'})`);
  }
  return belowFloor(stage, floor.value, levels, gate);
}

/**
 * An environment of the release's own may end and take its connections with it; what others hold must stay, or their leaving hides a
 * leak. No more environments can have ended than there were before the load and are not at work in that period.
 */
function belowFloor(stage: StageEvidence, floor: number, levels: readonly EnvironmentLevel[], gate: LeakGate): Unmeasured | null {
  const before = floor - monitoringConnections(stage);
  const warm = environmentsBefore(stage);
  const each = warm === 0 ? 0 : Math.min(gate.maxPerEnvironment, before / warm);
  const mayEnd = (at: number) => each * Math.max(0, warm - concurrencyAt(stage, at));
  const low = levels.find(({ at, connections }) => connections < before - mayEnd(at) - floorTolerance(floor));
  if (low === undefined) return null;
  const left = formatNumber(before - mayEnd(low.at));
  return unmeasured(
    'floor-moved',
    `connections fell to ${formatNumber(low.connections)}; of the ${formatNumber(before)} before the load at least ${left} must have stayed`,
  );
}
