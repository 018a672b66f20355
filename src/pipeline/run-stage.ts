import { join } from 'node:path';
import { AwsError } from '../aws/failure';
import { waitForFloor } from '../evidence/cloudwatch/floor';
import { probe } from '../evidence/cloudwatch/probe';
import type { LoadResult } from '../evidence/k6/load-evidence';
import { loadLeadMs } from '../evidence/k6/run-load';
import { runSegments } from '../evidence/k6/run-segments';
import type { StageEvidence } from '../gates/evidence-schema';
import { generatorWarning } from '../gates/generators';
import { plannedDurationMs } from '../gates/load-plan';
import { afterLoad } from './after-load';
import { nextBoundary } from './clock';
import { PERIODS_BEFORE } from './collect-series';
import { type EarlyStop, watchEarly } from './early-stop';
import { InterruptedError } from './errors';
import { k6Entry } from './k6-entry';
import { cannotFailOver, losePrimaryOnTime } from './lose-primary';
import { evidenceOf, type Fault, healthOf, read, type StageRun, withReservation } from './stage-run';
import { planInWords, stageWindows, stoppedWindows } from './stage-windows';
import { watchCanary } from './watch-canary';
import { watchHealth } from './watch-health';

/** Judges of a level that is only known against what was there before. */
const NEED_FLOOR = ['leak', 'idle-return', 'capacity'];

/**
 * Runs one stage: waits for the floor, applies the load, watches afterwards and collects the evidence.
 * A stage that cannot be completed gives evidence with a fault, never an exception; only an interrupt is thrown.
 */
export async function runStage(given: StageRun): Promise<StageEvidence> {
  const { stage, settings, listener } = given;
  listener({ kind: 'stage-started', stage: stage.name, tier: given.tier, plan: planInWords(stage.plan, stage.segments) });
  try {
    const run = await withReservation(given);
    return stage.name === 'canary' && run.target.canaryTraffic === 'real' ? await watchCanary(run) : await runLoaded(run);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const windows = stageWindows(stage.plan, nextBoundary(Date.now(), settings.periodMs), stage.observeAfterMs, settings.periodMs);
    return evidenceOf(given, windows, null, [], { reason: 'target-failed', detail: error.message });
  }
}

async function runLoaded(run: StageRun): Promise<StageEvidence> {
  const { stage, settings, signal } = run;
  const { periodMs } = settings;
  const before = cannotFailOver(run) ?? (await prepare(run));
  // The lead comes before the first whole period after it, so that a period without requests separates stages.
  const startAt = nextBoundary(Date.now() + loadLeadMs(stage.plan, stage.segments), periodMs);
  const windows = stageWindows(stage.plan, startAt, stage.observeAfterMs, periodMs);
  if (before !== null) return evidenceOf(run, windows, null, [], before);

  const warning = generatorWarning(stage);
  if (warning !== null) run.listener({ kind: 'warning', text: warning });
  const early = watchEarly(run, windows);
  const loaded = await load(run, startAt, early).finally(early.over);
  if (signal.aborted) throw new InterruptedError('stopped during the load');
  const ran = { ...run, primaryLost: loaded.primaryLost };
  const stop = early.stop();
  // A load that was broken, or had ended by itself before the stop reached it, is what it is.
  if (stop === null || loaded.fault !== null || loaded.result.outcome !== 'stopped')
    return afterLoad(ran, windows, loaded.result, loaded.fault);
  return afterLoad(ran, stoppedWindows(windows, Date.parse(stop.at), periodMs), loaded.result, null, stop);
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

interface Loaded {
  readonly result: LoadResult;
  readonly fault: Fault | null;
  readonly primaryLost: boolean;
}

async function load(run: StageRun, startAt: number, early: EarlyStop): Promise<Loaded> {
  const { stage, signal, listener } = run;
  const health = watchHealth(healthOf(run), run.settings.pollMs);
  const ended = new AbortController();
  const loss = losePrimaryOnTime(run, startAt, AbortSignal.any([signal, ended.signal]));
  const total = Math.round(plannedDurationMs(stage.plan) / 1000);
  try {
    const access = await run.target.invokeAccess(run.tier);
    // A second attempt must not write over what explains the first.
    const directory = run.attempt === 1 ? run.directory : join(run.directory, `attempt-${run.attempt}`);
    const result = await runSegments({
      k6: run.k6,
      generators: stage.segments,
      ...(access === null ? {} : { access }),
      script: await k6Entry({ root: run.root, script: stage.script }, directory, stage.name),
      plan: stage.plan,
      baseUrl: run.description.apiUrl,
      startAt,
      directory,
      signal: AbortSignal.any([signal, health.signal, early.signal]),
      onCounting: early.onCounting,
      cut: early.cut,
      onStarted: (k6Pid) => run.onLoad?.({ stage, startAt, k6Pid }),
      onProgress: ({ elapsedMs, requests, rate, failed, p95Ms }) => {
        const elapsedSeconds = Math.max(0, Math.round(elapsedMs / 1000));
        listener({ kind: 'load', stage: stage.name, elapsedSeconds, totalSeconds: total, requests, rate, failed, p95Ms });
      },
    });
    ended.abort();
    const fault = health.broken() ?? (await loss.over(result.outcome === 'completed'));
    return { result, fault, primaryLost: loss.begun() };
  } finally {
    ended.abort();
    health.stop();
  }
}
