import { counted, formatDuration, formatNumber } from '../format';
import { floorTolerance } from '../measure/floor';
import { unmeasured } from '../measure/measured';
import type { LeakGate } from '../policy/gate';
import { foreignConnections } from './foreign-connections';
import { type JudgeContext, type Judgement, judgement, notMeasured } from './judgement';
import { againstBaseline, againstText, comparisonDetails } from './leak-baseline';
import { exhaustion } from './leak-exhaustion';
import { type LeakTrend, leakTrend, smallestVisibleLeak } from './leak-trend';
import { courseOf, type EnvironmentLevel, environmentLevels } from './per-environment';

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
  if (peak > gate.maxPerEnvironment) return judgement('leak-level', `${seen}${growing(perMinute, left)}.`, rest);
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
  return judgement(
    'no-leak',
    `${seen} and do not grow; this run would have seen a leak of ${formatNumber(smallest ?? 0)} connections per minute.`,
    rest,
  );
}

function cannotTell({ stage, floor }: JudgeContext, levels: readonly EnvironmentLevel[], gate: LeakGate, changedAt: number | null) {
  if (changedAt !== null) return unmeasured('node-set-changed', `the cache nodes changed at ${new Date(changedAt).toISOString()}`);
  if (levels.length < gate.minDatapoints) {
    return unmeasured('too-few-datapoints', `${counted(levels.length, 'datapoint')}, ${gate.minDatapoints} are needed for a trend`);
  }
  if (floor.status !== 'settled' || floor.value === null) {
    return unmeasured('floor-not-settled', `connections before the load were not stable (${floor.values.join(', ') || 'none measured'})`);
  }
  const lowest = Math.min(...levels.map(({ connections }) => connections));
  // An environment of the release's own may end; what others hold must stay, or their leaving hides a leak.
  const foreign = foreignConnections(stage, floor, gate.maxPerEnvironment) ?? 0;
  if (lowest < foreign - floorTolerance(floor.value)) {
    return unmeasured(
      'floor-moved',
      `connections fell to ${formatNumber(lowest)}, below the ${formatNumber(foreign)} that others held before the load`,
    );
  }
  return null;
}

function trendText(trend: LeakTrend): string {
  return `${formatNumber(trend.growth)} more per environment over the window, where ${formatNumber(trend.growthNeeded)} would be tolerated (p = ${formatNumber(Number(trend.p.toPrecision(2)))})`;
}

function growing(perMinute: number | null, left: ReturnType<typeof exhaustion>): string {
  if (perMinute === null || perMinute <= 0) return '';
  const minutes = [left.minutesToNodeLimit, left.minutesToDescriptorLimit].filter((each) => each !== null);
  const end = minutes.length === 0 ? '' : `, ${formatDuration(Math.min(...minutes) * 60_000)} until the first limit is met`;
  return `; the total grows by ${formatNumber(perMinute)} connections per minute${end}`;
}
