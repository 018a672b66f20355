import { isFailed } from '../../gates/failed-status';
import type { LoadPlan } from '../../gates/load-plan';
import { createLagRecord, type LagRecord } from './arrival-lag';
import { record } from './log-histogram';
import { boundRoutes, countsOf, getOrCreate, type RouteCounts, type Routes } from './route-counts';
import type { ParsedLine, Sample } from './sample';

/** The scenario that wakes environments before the load: in k6's totals, never in what is judged. */
const WARM_SCENARIO = 'warm';

/** What is counted of a load, by one generator or by several together. */
export interface Counts {
  iterations: number;
  requests: number;
  answered: number;
  failed: number;
  checksFailed: number;
  dropped: number;
  /** Iterations that began in the judged window. */
  judgedIterations: number;
  /** Requests that woke environments: in no route and no second. */
  warmRequests: number;
  readonly statuses: Map<number, number>;
  readonly judged: Routes;
  /** By the second (epoch ms) in which the request began. */
  readonly seconds: Map<number, Routes>;
  readonly droppedBySecond: Map<number, number>;
  /** By the second (epoch ms) in which the iteration began; without those that warmed. */
  readonly iterationsBySecond: Map<number, number>;
}

/** What is known of one generator's run so far. Only counts and histograms: no line is kept. */
export interface Tally extends Counts {
  malformed: number;
  readonly lag: LagRecord;
  readonly plan: LoadPlan;
  /** Epoch milliseconds of the plan's start; the judged window counts from it. */
  readonly startAt: number;
  /** A VU makes one request at a time: its checks are of the last one. */
  readonly lastOfVu: Map<string, { readonly begin: number; readonly route: string; checked: boolean; checkFailed: boolean }>;
  readonly bounded: (route: string) => string;
}

export function noCounts(): Counts {
  return {
    iterations: 0,
    requests: 0,
    answered: 0,
    failed: 0,
    checksFailed: 0,
    dropped: 0,
    judgedIterations: 0,
    warmRequests: 0,
    statuses: new Map(),
    judged: new Map(),
    seconds: new Map(),
    droppedBySecond: new Map(),
    iterationsBySecond: new Map(),
  };
}

/**
 * @param startAt epoch milliseconds of the plan's start.
 * @param generators that share the plan.
 */
export function createTally(plan: LoadPlan, startAt: number, generators = 1): Tally {
  return {
    ...noCounts(),
    malformed: 0,
    lag: createLagRecord(plan, startAt, generators),
    plan,
    startAt,
    lastOfVu: new Map(),
    bounded: boundRoutes(),
  };
}

/** Counts one line of k6's output. */
export function addLine(tally: Tally, line: ParsedLine): void {
  switch (line.kind) {
    case 'request':
      addRequest(tally, line);
      break;
    case 'check':
      addCheck(tally, line);
      break;
    case 'iteration':
      tally.iterations += 1;
      if (line.scenario !== WARM_SCENARIO) addIteration(tally, line.at - line.durationMs);
      break;
    case 'dropped':
      tally.dropped += line.count;
      tally.droppedBySecond.set(secondOf(line.at), (tally.droppedBySecond.get(secondOf(line.at)) ?? 0) + line.count);
      break;
    case 'lag':
      tally.lag.add(line.at, line.ms, tally.dropped);
      break;
    case 'malformed':
      tally.malformed += 1;
      break;
    case 'other':
      break;
  }
}

function addIteration(tally: Tally, begin: number): void {
  if (isJudged(tally, begin)) tally.judgedIterations += 1;
  tally.iterationsBySecond.set(secondOf(begin), (tally.iterationsBySecond.get(secondOf(begin)) ?? 0) + 1);
}

function addRequest(tally: Tally, sample: Extract<Sample, { kind: 'request' }>): void {
  const failed = isFailed(sample.status);
  // k6 gives a request that timed out while connecting a duration of 0.
  const latency = sample.timedOut ? Math.max(sample.durationMs, tally.plan.requestTimeoutMs) : sample.durationMs;
  const begin = sample.at - latency;
  const route = tally.bounded(sample.route);
  tally.requests += 1;
  if (sample.status !== 0) tally.answered += 1;
  if (failed) tally.failed += 1;
  tally.statuses.set(sample.status, (tally.statuses.get(sample.status) ?? 0) + 1);
  if (sample.vu !== null) tally.lastOfVu.set(sample.vu, { begin, route, checked: false, checkFailed: false });
  if (sample.scenario === WARM_SCENARIO) {
    tally.warmRequests += 1;
    return;
  }
  for (const counts of countsFor(tally, begin, route)) {
    counts.requests += 1;
    if (failed) counts.failed += 1;
    if (hasHonestLatency(sample)) record(counts.latency, latency);
  }
}

/** Counted once per request, and where its request began. */
function addCheck(tally: Tally, sample: Extract<Sample, { kind: 'check' }>): void {
  const request = sample.vu === null ? undefined : tally.lastOfVu.get(sample.vu);
  const checked = request?.checked ? 0 : 1;
  const failed = sample.passed || request?.checkFailed ? 0 : 1;
  if (request) request.checked = true;
  if (request && failed === 1) request.checkFailed = true;
  tally.checksFailed += failed;
  if (sample.scenario === WARM_SCENARIO || checked + failed === 0) return;
  const begin = request?.begin ?? sample.at;
  for (const counts of countsFor(tally, begin, request?.route ?? tally.bounded(sample.route))) {
    counts.checked += checked;
    counts.checksFailed += failed;
  }
}

/** The counts that a request or check of this begin and route belongs to. */
function countsFor(tally: Tally, begin: number, route: string): readonly RouteCounts[] {
  const second = countsOf(
    getOrCreate(tally.seconds, secondOf(begin), () => new Map()),
    route,
  );
  return isJudged(tally, begin) ? [second, countsOf(tally.judged, route)] : [second];
}

function isJudged({ plan, startAt }: Tally, begin: number): boolean {
  return begin >= startAt + plan.judgedFromMs && begin < startAt + plan.judgedToMs;
}

/** A refusal in two milliseconds would flatter the percentiles: only answers and time-outs have a latency. */
function hasHonestLatency({ status, timedOut }: { readonly status: number; readonly timedOut: boolean }): boolean {
  return timedOut || (status >= 100 && status < 400);
}

function secondOf(epochMs: number): number {
  return Math.floor(epochMs / 1000) * 1000;
}
