import { formatDuration, formatNumber } from '../format';
import type { LeakGate } from '../policy/gate';
import type { exhaustion } from './leak-exhaustion';
import type { LeakTrend } from './leak-trend';

const probability = (p: number) => `p = ${formatNumber(Number(p.toPrecision(2)))}`;

export function trendText(trend: LeakTrend): string {
  return `${formatNumber(trend.growth)} more per environment over the window, where ${formatNumber(trend.growthNeeded)} would be tolerated (${probability(trend.p)})`;
}

/** How fast the total grows and what it meets first, to be added to a sentence; nothing where it does not grow. */
export function growing(perMinute: number | null, left: ReturnType<typeof exhaustion>): string {
  if (perMinute === null || perMinute <= 0) return '';
  const minutes = [left.minutesToNodeLimit, left.minutesToDescriptorLimit].filter((each) => each !== null);
  const end = minutes.length === 0 ? '' : `, ${formatDuration(Math.min(...minutes) * 60_000)} until the first limit is met`;
  return `; the total grows by ${formatNumber(perMinute)} connections per minute${end}`;
}

/** Whether connections grew by more than the policy's floors, and not by chance, although it is no leak by the other rules. */
export function grewAnyway(trend: LeakTrend | null, gate: LeakGate): trend is LeakTrend {
  if (trend === null) return false;
  const floor = Math.max(gate.growthFloorAbsolute, gate.growthFloor * trend.base);
  return trend.growth > floor && trend.p < 1 - gate.confidence;
}

/** By how much they grew, and why that was not judged a leak. */
export function grewText(trend: LeakTrend): string {
  const grew = `but they grew by ${formatNumber(trend.growth)} each over the window (${probability(trend.p)})`;
  const why =
    trend.growth > trend.growthNeeded
      ? `the pace did not hold through the first and the last part of the window, or is not sure enough (${formatNumber(Math.max(0, trend.low * trend.steps))} at the least)`
      : `they scatter so much that ${formatNumber(trend.growthNeeded)} would be tolerated`;
  return `${grew}; not judged a leak, because ${why}. A warm-up looks like this, and a leak that comes in steps as well`;
}

/** @param own connections per environment without those of the others */
export function othersText(others: number, own: number): string {
  return `but ${formatNumber(others)} connections were there before the release was asked for anything: if they are others', it held ${formatNumber(own)} each, but they may be its own`;
}
