import type { LeakGate } from '../policy/gate';
import { hamedRao, mannKendall } from '../stats/mann-kendall';
import { theilSen } from '../stats/theil-sen';
import type { EnvironmentLevel } from './per-environment';

/** Probability below which a rise is not chance. Strict on purpose: autocorrelated noise looks like a trend. */
const P_MAX = 0.01;

export interface LeakTrend {
  /** Connections per environment and period. */
  readonly slope: number;
  /** Lower end of the slope's interval. */
  readonly low: number;
  /** Fitted growth over the window, connections per environment. */
  readonly growth: number;
  /** Growth below this is tolerated: the larger of the relative and the absolute floor. */
  readonly growthNeeded: number;
  readonly p: number;
  /** Fitted level at the start of the window. */
  readonly base: number;
  readonly steps: number;
  /** All three hold: not chance, surely positive, and large enough to matter. */
  readonly rising: boolean;
}

/** The trend of connections per environment; at least 5 levels. */
export function leakTrend(levels: readonly EnvironmentLevel[], gate: LeakGate): LeakTrend {
  const y = levels.map(({ perEnvironment }) => perEnvironment);
  const steps = y.length - 1;
  // The gate's confidence is one-sided: 0.95 asks for the lower end of the 90 % interval.
  const { slope, low, intercept } = theilSen(y, 2 * gate.confidence - 1);
  const growth = slope * steps;
  const base = Math.max(0, intercept);
  const growthNeeded = Math.max(gate.growthFloorAbsolute, gate.growthFloor * base);
  // Autocorrelation may only make a trend less sure: a correction that would make it surer is not believed.
  const p = Math.max(mannKendall(y).pIncreasing, hamedRao(y)?.pIncreasing ?? 0);
  return { slope, low, growth, growthNeeded, p, base, steps, rising: p < P_MAX && low > 0 && growth > growthNeeded };
}

/**
 * The smallest leak, in connections per minute over all environments, that this run could have seen: by its trend it must
 * exceed what is tolerated and what the scatter of this run hides; by the level it must use up the room below the limit.
 */
export function smallestVisibleLeak(trend: LeakTrend, gate: LeakGate, environments: number, minutesPerPeriod: number): number {
  const byTrend = Math.max(trend.growthNeeded, (trend.slope - trend.low) * trend.steps);
  const byLevel = Math.max(0, gate.maxPerEnvironment - trend.base);
  return (Math.min(byTrend, byLevel) * environments) / (trend.steps * minutesPerPeriod);
}
