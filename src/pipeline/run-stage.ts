import { join } from 'node:path';
import { waitForFloor } from '../evidence/cloudwatch/floor';
import { probe } from '../evidence/cloudwatch/probe';
import { type ReadOutcome, readSeries } from '../evidence/cloudwatch/read';
import { type LoadResult, loadLeadMs, runLoad } from '../evidence/k6/run-load';
import { queriesFor } from '../gates/collect';
import type { Series, StageEvidence } from '../gates/evidence-schema';
import { plannedDurationMs } from '../gates/load-plan';
import type { ResolvedStage } from '../gates/policy/resolve';
import type { ReasonCode } from '../gates/reasons';
import type { Tier } from '../gates/vocabulary';
import type { Target, TierDescription } from '../targets/target';
import { iso, nextBoundary, previousBoundary, waitUntil } from './clock';
import { collectSeries, PERIODS_BEFORE } from './collect-series';
import { InterruptedError } from './errors';
import type { ProgressListener } from './events';
import type { MetricSettings } from './settings';
import { planInWords, type StageWindows, stageWindows } from './stage-windows';
import { watchHealth } from './watch-health';

export interface StageRun {
  readonly target: Target;
  readonly tier: Tier;
  /** The tier as it is judged: in a canary `identity.version` is the new version. */
  readonly description: TierDescription;
  readonly stage: ResolvedStage;
  readonly settings: MetricSettings;
  readonly attempt: number;
  /** When the last thing that moved connections ended, epoch milliseconds: the load before this stage. 0 without one. */
  readonly quietSince: number;
  readonly k6: string;
  /** Where the stage's script is found. */
  readonly root: string;
  /** Where k6's own output goes. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly listener: ProgressListener;
  /** Called when the load begins: a place to inject faults. */
  readonly onLoad?:
    | ((load: { readonly stage: ResolvedStage; readonly startAt: number; readonly k6Pid: number | null }) => void)
    | undefined;
}

interface Fault {
  readonly reason: ReasonCode;
  readonly detail: string;
}

/** Judges of a level that is only known against what was there before. */
const NEED_FLOOR = ['leak', 'idle-return', 'capacity'];

/**
 * Runs one stage: waits for the floor, applies the load, watches afterwards and collects the evidence.
 * A stage that cannot be completed gives evidence with a fault, never an exception; only an interrupt is thrown.
 */
export async function runStage(given: StageRun): Promise<StageEvidence> {
  const { stage, settings, signal, listener } = given;
  const { periodMs } = settings;
  listener({ kind: 'stage-started', stage: stage.name, tier: given.tier, plan: planInWords(stage.plan) });
  const run = await withReservation(given);
  const before = await prepare(run);
  // The lead comes before the first whole period after it, so that a period without requests separates stages.
  const startAt = nextBoundary(Date.now() + loadLeadMs(stage.plan), periodMs);
  const windows = stageWindows(stage.plan, startAt, stage.observeAfterMs, periodMs);
  if (before !== null) return evidenceOf(run, windows, null, [], before);

  const loaded = await load(run, startAt);
  if (signal.aborted) throw new InterruptedError('stopped during the load');
  const completed = loaded.result.outcome === 'completed';
  if (completed) await waitUntil(windows.watchEndMs, signal);
  const watchEnd = completed ? windows.watchEndMs : Math.min(windows.watchEndMs, previousBoundary(Date.now(), periodMs));
  const collected = await collectSeries({
    target: run.target,
    stage: stage.name,
    gates: stage.gates,
    identity: run.description.identity,
    deployedAtMs: run.description.deployedAt.getTime(),
    loadStartMs: startAt,
    loadEndMs: windows.loadEndMs,
    watchEndMs: watchEnd,
    completed,
    settings,
    signal,
  });
  if (signal.aborted) throw new InterruptedError('stopped while collecting');
  const health = await run.target.health(run.tier);
  const broken: Fault | null = health.ok ? null : { reason: 'target-failed', detail: health.detail };
  return evidenceOf(run, windows, loaded.result, collected.series, loaded.fault ?? broken ?? collected.fault);
}

/** The evidence names the reservation that held while the load ran, not the one of the deployment. */
async function withReservation(run: StageRun): Promise<StageRun> {
  const wanted = run.stage.reservedConcurrency;
  if (wanted === null) return run;
  const reservedConcurrency = await run.target.setReservedConcurrency(run.tier, wanted);
  const { description } = run;
  return { ...run, description: { ...description, identity: { ...description.identity, reservedConcurrency } } };
}

/** @returns a fault when the stage must not begin. */
async function prepare(run: StageRun): Promise<Fault | null> {
  if (!run.stage.gates.some(({ judge }) => NEED_FLOOR.includes(judge))) return null;
  const { settings, signal } = run;
  const sinceMs = Math.max(run.quietSince, run.description.deployedAt.getTime());
  const readAll = (abort: AbortSignal) => read(run, sinceMs - PERIODS_BEFORE * settings.periodMs, Date.now(), abort);
  const floor = await waitForFloor({
    read: readAll,
    identity: run.description.identity,
    periodSeconds: settings.periodMs / 1000,
    sinceMs,
    pollMs: settings.pollMs,
    deadlineMs: settings.floorDeadlineMs,
    signal,
  });
  if (signal.aborted) throw new InterruptedError('stopped while waiting for the floor');
  if (floor.kind === 'unsettled') {
    if (floor.reason === 'aborted') throw new InterruptedError(floor.detail);
    return { reason: floor.reason, detail: floor.detail };
  }
  run.listener({ kind: 'step', text: `floor: ${floor.floor.value} Redis connections before the load` });
  const seen = await probe(() => readAll(signal), ['redis.connections']);
  if (seen.kind === 'aborted') throw new InterruptedError('stopped while looking for metrics');
  return seen.kind === 'seen' ? null : { reason: seen.reason, detail: seen.detail };
}

async function load(run: StageRun, startAt: number): Promise<{ readonly result: LoadResult; readonly fault: Fault | null }> {
  const { stage, signal, listener } = run;
  const health = watchHealth(run.target, run.tier);
  const total = Math.round(plannedDurationMs(stage.plan) / 1000);
  try {
    const result = await runLoad({
      k6: run.k6,
      script: join(run.root, stage.script),
      plan: stage.plan,
      baseUrl: run.description.apiUrl,
      startAt,
      // A second attempt must not write over what explains the first.
      directory: run.attempt === 1 ? run.directory : join(run.directory, `attempt-${run.attempt}`),
      signal: AbortSignal.any([signal, health.signal]),
      onStarted: (k6Pid) => run.onLoad?.({ stage, startAt, k6Pid }),
      onProgress: ({ elapsedMs, requests, rate, failed, p95Ms }) => {
        const elapsedSeconds = Math.max(0, Math.round(elapsedMs / 1000));
        listener({ kind: 'load', stage: stage.name, elapsedSeconds, totalSeconds: total, requests, rate, failed, p95Ms });
      },
    });
    return { result, fault: health.broken() };
  } finally {
    health.stop();
  }
}

function read(run: StageRun, startMs: number, endMs: number, signal: AbortSignal): Promise<ReadOutcome> {
  return readSeries({
    client: run.target.cloudWatch,
    queries: queriesFor(run.stage.gates, run.stage.name, run.description.identity),
    periodSeconds: run.settings.periodMs / 1000,
    window: { startMs, endMs },
    signal,
  });
}

function evidenceOf(
  run: StageRun,
  windows: StageWindows,
  loaded: LoadResult | null,
  series: readonly Series[],
  fault: Fault | null,
): StageEvidence {
  return {
    name: run.stage.name,
    tier: run.tier,
    attempt: run.attempt,
    identity: { ...run.description.identity, nodes: [...run.description.identity.nodes] },
    periodSeconds: run.settings.periodMs / 1000,
    deployedAt: iso(run.description.deployedAt.getTime()),
    plan: run.stage.plan,
    window: windows.window,
    judged: windows.judged,
    after: windows.after,
    load: loaded?.load ?? null,
    series: [...(loaded?.series ?? []), ...series],
    fault,
  };
}
