import { counted, formatNumber } from '../format';
import { unmeasured } from '../measure/measured';
import type { LeakGate } from '../policy/gate';
import { heldByOthers } from './foreign-connections';
import { type JudgeContext, type Judgement, judgement, notMeasured } from './judgement';
import { againstBaseline, againstText, comparisonDetails } from './leak-baseline';
import { cannotTell } from './leak-blind';
import { exhaustion } from './leak-exhaustion';
import { leakTrend, smallestVisibleLeak } from './leak-trend';
import { grewAnyway, grewText, growing, othersText, trendText } from './leak-words';
import { courseOf, environmentLevels } from './per-environment';

const UNIT = 'connections per environment';

/**
 * Do connections leak? Two keys, either fails: the level (an environment may hold so many connections; a fast leak has
 * met its ceiling before a trend can be seen) and the trend (a slow leak is still far below the level).
 */
export function judgeLeak(gate: LeakGate, context: JudgeContext): Judgement {
  const base = { limit: gate.maxPerEnvironment, unit: UNIT };
  const read = environmentLevels(context.stage);
  if (!read.ok) return notMeasured(read, base);
  const { levels, nodeSetChangedAt } = read.value;
  const last = levels.at(-1);
  if (last === undefined) return notMeasured(unmeasured('node-set-changed', 'the cache nodes were never all there'), base);
  const peak = Math.max(...courseOf(levels));
  const minutesPerPeriod = context.stage.periodSeconds / 60;
  const trend = levels.length >= gate.minDatapoints ? leakTrend(courseOf(levels), gate) : null;
  const smallest = trend === null ? null : smallestVisibleLeak(trend, gate, last.environments, minutesPerPeriod);
  const perMinute = trend === null ? null : (trend.slope * last.environments) / minutesPerPeriod;
  const left = exhaustion(context.policy, last, trend === null ? null : trend.slope / minutesPerPeriod);
  const compared = trend === null ? null : againstBaseline(levels, context.baseline, gate, trend);
  const details = {
    peakPerEnvironment: peak,
    environments: last.environments,
    floor: context.floor.value,
    growth: trend?.growth ?? null,
    growthNeeded: trend?.growthNeeded ?? null,
    pIncreasing: trend?.p ?? null,
    slopeLow: trend?.low ?? null,
    connectionsPerMinute: perMinute,
    smallestLeakPerMinute: smallest,
    ...left,
    ...comparisonDetails(compared),
  };
  const rest = { ...base, value: peak, n: levels.length, details };
  const seen = `Environments held up to ${formatNumber(peak)} connections each, limit ${formatNumber(gate.maxPerEnvironment)} (${counted(levels.length, 'datapoint')}, ${counted(last.environments, 'environment')})`;
  const others = peak > gate.maxPerEnvironment ? heldByOthers(context, gate.maxPerEnvironment) : 0;
  const own = Math.max(...levels.map(({ connections, environments }) => (connections - others) / environments));
  if (own > gate.maxPerEnvironment) return judgement('leak-level', `${seen}${growing(perMinute, left)}.`, rest);
  const blind = cannotTell(context, levels, gate, nodeSetChangedAt);
  if (blind !== null) return judgement(blind.reason, `No verdict: ${blind.detail}. ${seen}.`, rest);
  if (trend?.rising)
    return judgement(
      'leak-trend',
      `${seen}, but they keep growing under constant load: ${trendText(trend)}${growing(perMinute, left)}.`,
      rest,
    );
  if (trend !== null && compared?.difference.rising)
    return judgement('leak-against-baseline', `${seen}, but ${againstText(compared, trend)}${growing(perMinute, left)}.`, rest);
  if (peak > gate.maxPerEnvironment) return judgement('foreign-connections', `No verdict: ${seen}, ${othersText(others, own)}.`, rest);
  const least = `this run would have seen a leak of ${formatNumber(smallest ?? 0)} connections per minute`;
  return grewAnyway(trend, gate)
    ? judgement('no-leak', `${seen}, ${grewText(trend)}; ${least}.`, { ...rest, warned: true })
    : judgement('no-leak', `${seen} and do not grow; ${least}.`, rest);
}
