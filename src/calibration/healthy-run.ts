import { queriesFor } from '../gates/collect';
import type { Series, StageEvidence } from '../gates/evidence-schema';
import { plannedDurationMs } from '../gates/load-plan';
import type { Policy } from '../gates/policy/policy';
import type { ResolvedStage } from '../gates/policy/resolve';
import type { Assumptions } from './assumptions';
import { type ClientCourse, clientCourse, loadOf } from './healthy-load';
import { HEALTHY, type Period } from './healthy-values';
import { below, poisson, type Random } from './random';
import { withoutOne } from './series-lost';
import { cloudWatchSeries, EPOCH, isoOf, TIER } from './simulated-tier';

const PERIODS_BEFORE = 4;
const PERIODS_BETWEEN = 6;
/** Seconds that a stall lasts on average, and how many there are per minute: see the model `warm-ratchet`. */
const STALL = 0.095;
const STALLS = 1;

export interface RunPlan {
  readonly policy: Policy;
  readonly stages: readonly ResolvedStage[];
  readonly periodMs: number;
  readonly assumptions: Assumptions;
}

/** Evidence of every stage of one run, in the order in which they ran. */
export function simulateRun(plan: RunPlan, random: Random): readonly StageEvidence[] {
  const stages: StageEvidence[] = [];
  let start = EPOCH + 8 * plan.periodMs;
  for (const stage of plan.stages) {
    const evidence = simulateStage(plan, stage, start, random);
    stages.push(evidence);
    start = Date.parse(evidence.after?.end ?? evidence.window.end) + PERIODS_BETWEEN * plan.periodMs;
  }
  return withoutOne(stages, plan.assumptions, random);
}

function simulateStage(run: RunPlan, resolved: ResolvedStage, start: number, random: Random): StageEvidence {
  const { plan, observeAfterMs, gates, name } = resolved;
  const end = start + plannedDurationMs(plan);
  const { failure, lagsMs, dropped } = run.assumptions;
  const clients = clientCourse(plan, (end - start) / 1000, failure, random);
  const lagMs = lagsMs[below(random, lagsMs.length)] ?? 0;
  const { load, series } = loadOf(clients, plan, routesOf(run.policy, resolved), start, { lagMs, dropped });
  const periods = periodsOf(run, resolved, { start, end, until: end + observeAfterMs }, clients, random);
  const cloudWatch = queriesFor(gates, name, TIER).map(({ metric, dimensions }): Series => {
    const value = HEALTHY[metric.name];
    const primary = dimensions['CacheClusterId'] !== 'cache-002';
    const points = periods.flatMap(({ at, period }): [number, number][] => {
      const read = value?.({ ...period, primary, served: servedBy(dimensions, resolved, period) }, random) ?? null;
      return read === null ? [] : [[at, read]];
    });
    return cloudWatchSeries({ metric, dimensions }, run.periodMs / 1000, points);
  });
  return {
    name,
    tier: name === 'canary' ? 'production' : 'staging',
    attempt: 1,
    identity: TIER,
    periodSeconds: run.periodMs / 1000,
    deployedAt: isoOf(start - PERIODS_BEFORE * run.periodMs),
    plan,
    window: { start: isoOf(start), end: isoOf(end) },
    judged: { start: isoOf(start + plan.judgedFromMs), end: isoOf(start + plan.judgedToMs) },
    after: observeAfterMs > 0 ? { start: isoOf(end), end: isoOf(end + observeAfterMs) } : null,
    load,
    series: [...cloudWatch, ...series],
    fault: null,
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly until: number;
}

/** What happens in each period, from before the load to the end of what is watched. */
function periodsOf(
  { periodMs, assumptions: { leak } }: RunPlan,
  { plan }: ResolvedStage,
  span: Span,
  clients: ClientCourse,
  random: Random,
) {
  const periods: { readonly at: number; readonly period: Omit<Period, 'primary' | 'served'> }[] = [];
  let environments = Math.max(1, plan.warm);
  let leaked = 0;
  for (let at = span.start - PERIODS_BEFORE * periodMs; at < Math.max(span.until, span.end + periodMs); at += periodMs) {
    const second = (at - span.start) / 1000;
    const seconds = Array.from({ length: periodMs / 1000 }, (_, i) => second + i);
    const warming = at === span.start - periodMs ? plan.warm : 0;
    const requests = warming + seconds.reduce((sum, each) => sum + (clients.requests[each] ?? 0), 0);
    const failed = seconds.reduce((sum, each) => sum + (clients.failed.get(each) ?? 0), 0);
    const stalled = poisson(random, (STALLS * periodMs) / 60_000) > 0 ? poisson(random, (requests / seconds.length) * STALL) : 0;
    const concurrency = Math.max(1, warming) + stalled;
    const newEnvironments = requests > 0 ? Math.max(0, concurrency - environments) : 0;
    environments += newEnvironments;
    leaked += leak * requests;
    periods.push({ at, period: { requests, failed, environments, newEnvironments, leaked, concurrency } });
  }
  return periods;
}

/** Requests of one version, where the metric is told by version and a canary splits them. */
function servedBy(dimensions: Readonly<Record<string, string>>, { weight }: ResolvedStage, { requests }: Pick<Period, 'requests'>): number {
  const version = dimensions['ExecutedVersion'] ?? dimensions['FunctionVersion'];
  if (weight === null || version === undefined) return requests;
  const fresh = Math.round(requests * weight);
  return version === TIER.version ? fresh : requests - fresh;
}

/** The control route, those that gates name, and one of the release's own. */
function routesOf({ control }: Policy, { gates }: ResolvedStage): readonly string[] {
  const named = gates.flatMap((gate) => ('route' in gate && gate.route !== undefined ? [gate.route] : []));
  return [...new Set([...(control === undefined ? [] : [control.route]), ...named, 'GET /'])];
}
