import { oncePerBoth } from '../measure/once-per';
import type { LeakGate } from '../policy/gate';
import { blockMedians } from '../stats/block-medians';
import { hamedRao, mannKendall } from '../stats/mann-kendall';
import { median } from '../stats/quantile';
import { senSlope, theilSen } from '../stats/theil-sen';

/** More periods than this are judged as medians of so many blocks: the cost of a trend grows with the square of its points. */
const MOST_POINTS = 60;
/** The first and the last part of the window, which overlap, and the share of the whole window's pace that each must keep. */
const PART = 0.6;
const PACE = 0.1;
/** Share of the tolerated growth that even the lower end of the interval must exceed: more of it the fewer points there are. */
const surely = (points: number) => Math.max(0.5, 10 / points);
/** Growth that matters exceeds so many standard deviations of the scatter around the line, which a median tells: one burst is none of it. */
const CLEAR = 2.5;
const SD_OF_MEDIAN = 1.4826;
/** What noise hides, in half widths of the interval: of the growth above the floors, and of a growth that must be steady as well. */
const HIDDEN = { growth: 1.3, pace: 2 };

export interface LeakTrend {
  /** Connections per environment and period. */
  readonly slope: number;
  /** Lower end of the slope's interval. */
  readonly low: number;
  /** Growth over the window, connections per environment, from the mean of its first eighth to that of its last. */
  readonly growth: number;
  /** Growth below this is tolerated: the largest of the relative floor, the absolute floor, and what this course scatters by. */
  readonly growthNeeded: number;
  readonly p: number;
  /** What relative growth refers to: the fitted level at the start of the window, unless the caller gave a level. */
  readonly base: number;
  readonly steps: number;
  /** It matters, it is sure and it is steady. */
  readonly rising: boolean;
}

/**
 * The trend of connections per environment; at least 5 periods. A leak is growth that matters (the last eighth of the window
 * over the first exceeds the floors and two and a half times the scatter around the line), that is sure (not chance, and even
 * the lower end of the fitted line's interval exceeds half of the floors, more with fewer than 20 points) and that is steady
 * (the first and the last 60 % of the window each keep a tenth of its pace).
 *
 * Sources: Theil-Sen (Sen 1968), Mann-Kendall (Kendall 1975) with the variance of Hamed and Rao (1998). That the ends tell the
 * growth and that it must be steady is this project's own; `tidegate calibrate` measures what it is worth.
 * @param base the level that relative growth refers to; default the fitted level at the start
 */
export function leakTrend(y: readonly number[], gate: LeakGate, base?: number): LeakTrend {
  const { points, fit, p, scatter } = fitOf(y, gate.confidence);
  const steps = y.length - 1;
  // Slopes of blocks are per block: everything is told per period.
  const perPeriod = points.length / y.length;
  const slope = fit.slope * perPeriod;
  const low = fit.low * perPeriod;
  const level = base ?? Math.max(0, fit.intercept);
  const floor = Math.max(gate.growthFloorAbsolute, gate.growthFloor * level);
  const growthNeeded = Math.max(floor, CLEAR * scatter);
  const growth = pace(points) * perPeriod * steps;
  const sure = p < 1 - gate.confidence && low > 0 && low * steps > surely(points.length) * floor;
  return { slope, low, growth, growthNeeded, p, base: level, steps, rising: growth > growthNeeded && sure && steady(points, fit.slope) };
}

/** What does not depend on a gate's floors, once for all gates that look at the same course. */
const fitOf = oncePerBoth((y: readonly number[], confidence: number) => {
  const points = blockMedians(y, MOST_POINTS);
  // The gate's confidence is one-sided: 0.95 asks for the lower end of the 90 % interval.
  const fit = theilSen(points, 2 * confidence - 1);
  // Autocorrelation may only make a trend less sure: a correction that would make it surer is not believed.
  const p = Math.max(mannKendall(points).pIncreasing, hamedRao(points, fit.slope)?.pIncreasing ?? 0);
  return { points, fit, p, scatter: scatterOf(points, fit.slope) };
});

/** Standard deviation around the line, by the median of the absolute deviations (Rousseeuw and Croux 1993). */
function scatterOf(y: readonly number[], slope: number): number {
  const rest = y.map((value, i) => value - slope * i);
  const middle = median(rest);
  return SD_OF_MEDIAN * median(rest.map((value) => Math.abs(value - middle)));
}

/** Growth per step from the mean of the first eighth to that of the last: where noise lasts, the ends tell more than the middle. */
function pace(y: readonly number[]): number {
  const end = Math.max(2, Math.round(y.length / 8));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return (sum(y.slice(-end)) - sum(y.slice(0, end))) / end / (y.length - end);
}

/** A leak goes on; one excursion, a step, or a pool that has filled up does not. */
function steady(y: readonly number[], slope: number): boolean {
  const length = Math.round(PART * y.length);
  return [y.slice(0, length), y.slice(-length)].every((part) => senSlope(part) >= PACE * slope);
}

/**
 * The smallest leak, in connections per minute over all environments, that this run would have seen (four times in five):
 * by its trend it must exceed what is tolerated and what the scatter of this run hides; by the level it must use up the
 * room below the limit. Connections come in whole numbers, so one more than that is the least.
 */
export function smallestVisibleLeak(trend: LeakTrend, gate: LeakGate, environments: number, minutesPerPeriod: number): number {
  const scatter = (trend.slope - trend.low) * trend.steps;
  const byTrend = Math.max(trend.growthNeeded + HIDDEN.growth * scatter, HIDDEN.pace * scatter);
  const byLevel = Math.max(0, gate.maxPerEnvironment - trend.base);
  return (Math.min(byTrend, byLevel) * environments + 1) / (trend.steps * minutesPerPeriod);
}
