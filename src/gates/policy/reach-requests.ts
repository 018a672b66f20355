import { findMetric } from '../catalogue';
import { formatDuration, formatPercent } from '../format';
import { minRequestsOf, RATE_SHARE } from '../judges/rules';
import { type LoadPlan, plannedIterations } from '../load-plan';
import type { LimitGate } from './gate';
import type { Finding } from './problems';
import { atPeakFor, loadName, type Place, stepOf, stretchOf } from './reach-window';

/** Whether the plan brings a gate its requests: in the judged window, and with `within` in every stretch of it. */
export function requestFindings(gate: LimitGate, place: Place): Finding[] {
  const { plan } = place.stage;
  const minimum = minRequestsOf(gate);
  const span = spanOf(gate, place);
  const planned = span.planned(plan);
  // A load counts as applied from this share of its plan on: one that just does must still give a verdict.
  const needed = minimum / RATE_SHARE;
  if (planned >= needed - 1e-6) return [];
  const margin = `plan ${formatPercent(1 - RATE_SHARE)} more, because a load counts as applied from ${formatPercent(RATE_SHARE)} of its plan`;
  const stretch = stretchOf(gate, place.period);
  const where = gate.within === undefined || stretch === null ? '' : ` in the thinnest ${formatDuration(stretch)}`;
  const shared = routeShare(gate, place) === 1 ? '' : ' for a route that shares the load with one other';
  const does = [rateFor(needed, planned, span, plan), timeFor(gate, needed, planned, place)].filter((each) => each !== null);
  const ways = does.length === 0 ? '' : `: ${does.join(' or ')} would reach it`;
  const message = `the gate "${gate.id}" needs ${minimum} requests${where === '' ? '' : ' in every stretch'} (${margin}), ${loadName(place)} plans ${Math.floor(planned + 1e-6)}${shared}${where}${ways}`;
  return [{ path: where === '' ? place.path : [...place.path, 'within'], message }];
}

interface Span {
  /** Requests that count for the gate, in the judged window or in the thinnest stretch of it. */
  readonly planned: (plan: LoadPlan) => number;
  /** The same for stretches of another length. */
  readonly plannedIn: (plan: LoadPlan, stretchMs: number) => number;
}

function spanOf(gate: LimitGate, place: Place): Span {
  const { period } = place;
  const share = canaryShare(gate, place) * routeShare(gate, place);
  const step = stepOf(gate.of, period);
  const plannedIn = (plan: LoadPlan, stretchMs: number) => share * thinnest(plan, stretchMs, step);
  const stretch = gate.within === undefined ? null : stretchOf(gate, period);
  return { planned: (plan) => plannedIn(plan, stretch ?? plan.judgedToMs - plan.judgedFromMs), plannedIn };
}

/** In a canary each version must have had enough requests: the previous one shows that the shift was one. */
function canaryShare({ of }: LimitGate, { stage: { weight } }: Place): number {
  if (weight === null || findMetric(of.numerator)?.byVersion !== true) return 1;
  return Math.min(weight, 1 - weight);
}

/** How a script shares its requests among routes is not known before it runs: two share them at best, where one of them is the control. */
function routeShare({ of, route }: LimitGate, { control }: Place): number {
  return control && (of.perRoute || route !== undefined) ? 1 / 2 : 1;
}

/** The fewest iterations that the plan has in any stretch of the judged window. */
function thinnest(plan: LoadPlan, stretchMs: number, step: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let from = plan.judgedFromMs; from + stretchMs <= plan.judgedToMs; from += step) {
    least = Math.min(least, plannedIterations(plan, from, from + stretchMs));
  }
  return least;
}

/** Iterations grow in a straight line with the rate at the peak or, where only the baseline of a spike is thin, with that. */
function rateFor(needed: number, planned: number, { planned: plannedBy }: Span, plan: LoadPlan): string | null {
  const perRate = plannedBy(faster(plan, plan.peakRate)) - planned;
  if (perRate > 1e-9) return `a rate of ${Math.ceil(plan.peakRate + (needed - planned) / perRate - 1e-6)}/s`;
  const perBaseline = plannedBy(faster(plan, plan.startRate)) - planned;
  if (perBaseline <= 1e-9) return null;
  return `a baselineRate of ${Math.ceil(plan.startRate + (needed - planned) / perBaseline - 1e-6)}/s`;
}

/** A longer load, or with `within` a longer stretch of it; null when no stretch of this load is long enough. */
function timeFor(gate: LimitGate, needed: number, planned: number, place: Place): string | null {
  const { plan } = place.stage;
  const { plannedIn } = spanOf(gate, place);
  const judged = plan.judgedToMs - plan.judgedFromMs;
  if (gate.within === undefined) {
    const perMs = (plan.peakRate / 1000) * (planned / Math.max(1e-9, plannedIterations(plan, plan.judgedFromMs, plan.judgedToMs)));
    return `a duration of ${atPeakFor(plan, (needed - planned) / perMs, place.period) / 1000}s`;
  }
  const step = stepOf(gate.of, place.period);
  const steps = firstThat(Math.floor(judged / step), (count) => plannedIn(plan, count * step) >= needed - 1e-6);
  return steps === null ? null : `a stretch of ${(steps * step) / 1000}s`;
}

/** The smallest number up to a limit for which something holds that holds for every larger one too; null for none. */
function firstThat(limit: number, holds: (count: number) => boolean): number | null {
  if (limit < 1 || !holds(limit)) return null;
  let low = 1;
  let high = limit;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The same plan with one more request per second wherever it has the given rate. */
function faster(plan: LoadPlan, rate: number): LoadPlan {
  const raised = (each: number) => (each === rate ? each + 1 : each);
  return {
    ...plan,
    startRate: raised(plan.startRate),
    segments: plan.segments.map((segment) => ({ ...segment, rate: raised(segment.rate) })),
  };
}
