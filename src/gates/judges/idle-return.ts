import { counted, formatNumber } from '../format';
import { monitoringConnections } from '../measure/connections';
import { unmeasured } from '../measure/measured';
import type { IdleReturnGate } from '../policy/gate';
import { foreignConnections } from './foreign-connections';
import { type JudgeContext, type Judgement, judgement, notMeasured } from './judgement';
import { environmentLevels } from './per-environment';

/**
 * After the load, connections must fall to what others held before it plus what the warm environments may hold. The last
 * period of the wait decides: honest code needs time to let go, a dip on the way proves nothing.
 */
export function judgeIdleReturn(gate: IdleReturnGate, { stage, floor }: JudgeContext): Judgement {
  const base = { limit: null, unit: 'connections' };
  if (stage.after === null) return notMeasured(unmeasured('not-run', 'the stage did not wait after its load'), base);
  if (floor.status !== 'settled' || floor.value === null) {
    return notMeasured(
      unmeasured('floor-not-settled', 'connections before the load were not stable, so there is no floor to return to'),
      base,
    );
  }
  const read = environmentLevels(stage, stage.after);
  if (!read.ok) return notMeasured(read, base);
  if (read.value.nodeSetChangedAt !== null)
    return notMeasured(unmeasured('node-set-changed', 'the cache nodes changed after the load'), base);
  const last = read.value.levels.at(-1);
  if (last === undefined) return notMeasured(unmeasured('metric-missing', 'redis.connections has no datapoint after the load'), base);
  const value = last.connections + monitoringConnections(stage);
  const monitoring = monitoringConnections(stage);
  const foreign = foreignConnections(stage, floor, gate.maxPerEnvironment) ?? 0;
  const limit = monitoring + foreign + gate.maxPerEnvironment * last.environments;
  const rest = {
    ...base,
    value,
    limit,
    n: read.value.levels.length,
    details: { floor: floor.value, monitoring, foreign, environments: last.environments, maxPerEnvironment: gate.maxPerEnvironment },
  };
  const allowed = `limit ${formatNumber(limit)} (${formatNumber(monitoring + foreign)} of others and ${formatNumber(gate.maxPerEnvironment)} for each of ${counted(last.environments, 'environment')})`;
  return value > limit
    ? judgement('not-returned', `${formatNumber(value)} connections stayed after the load had ended, ${allowed}.`, rest)
    : judgement('returned-to-floor', `${formatNumber(value)} connections were left after the load, ${allowed}.`, rest);
}
