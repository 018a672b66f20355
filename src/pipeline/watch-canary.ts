import type { Series, StageEvidence } from '../gates/evidence-schema';
import { requestsNeeded } from '../gates/judges/canary-traffic';
import { plannedDurationMs } from '../gates/load-plan';
import { iso, nextBoundary, pause, previousBoundary } from './clock';
import { collectSeries } from './collect-series';
import { brokenTier, evidenceOf, type Fault, healthOf, read, type StageRun } from './stage-run';
import { watchHealth } from './watch-health';

/** Periods after the window before its metrics are read: requests at its end are counted late. */
const PERIODS_AFTER = 2;

/**
 * Watches a canary whose load is what production's own clients send: for as long as the plan says, then until each version
 * has had the requests that the gates need, and `maxWaitMs` at the latest. Whether they sufficed is the judge's question.
 */
export async function watchCanary(run: StageRun): Promise<StageEvidence> {
  const { stage, settings, signal, listener } = run;
  const { periodMs } = settings;
  const startMs = nextBoundary(Date.now(), periodMs);
  const health = watchHealth(healthOf(run), settings.pollMs);
  try {
    const endMs = await waitForRequests(run, startMs, health.signal);
    const watchEndMs = endMs + PERIODS_AFTER * periodMs;
    listener({ kind: 'step', text: `canary: ${Math.round((endMs - startMs) / 60_000)} min watched, waiting for its metrics` });
    const collected = await collectSeries({
      target: run.target,
      stage: stage.name,
      gates: stage.gates,
      identity: run.description.identity,
      deployedAtMs: startMs,
      loadStartMs: startMs,
      loadEndMs: endMs,
      watchEndMs,
      // Nobody promises a request in the last period: only the cache must be there.
      completed: false,
      settings,
      signal,
    });
    return canaryEvidence(run, { startMs, endMs }, collected.series, health.broken() ?? (await brokenTier(run)) ?? collected.fault);
  } finally {
    health.stop();
  }
}

/** @returns the end of the window, a period boundary */
async function waitForRequests(run: StageRun, startMs: number, broken: AbortSignal): Promise<number> {
  const { stage, settings, signal, listener } = run;
  const { periodMs } = settings;
  const needed = requestsNeeded(stage.gates);
  const earliest = nextBoundary(startMs + plannedDurationMs(stage.plan), periodMs);
  const latest = Math.max(earliest, nextBoundary(startMs + stage.maxWaitMs, periodMs));
  let told = 0;
  for (;;) {
    await pause(Math.min(settings.pollMs, Math.max(1, startMs + periodMs - Date.now())), signal);
    const now = Date.now();
    if (broken.aborted || now >= latest) return Math.max(startMs + periodMs, previousBoundary(Math.min(now, latest), periodMs));
    const outcome = await read(run, startMs, now, signal);
    const seen = outcome.kind === 'read' ? fewestRequests(outcome.series, run.description.identity) : 0;
    if (now >= earliest && seen >= needed) return previousBoundary(now, periodMs);
    if (now - told >= periodMs) {
      listener({ kind: 'step', text: `canary: ${seen} of ${needed} requests per version seen` });
      told = now;
    }
  }
}

function fewestRequests(series: readonly Series[], { version, previousVersion }: StageEvidence['identity']): number {
  const of = (wanted: string | null) =>
    series
      .filter(({ metric, dimensions }) => metric === 'lambda.invocations' && dimensions['ExecutedVersion'] === wanted)
      .flatMap(({ points }) => points)
      .reduce((sum, [, value]) => sum + value, 0);
  return Math.min(of(version), of(previousVersion));
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

function canaryEvidence(run: StageRun, { startMs, endMs }: Span, series: readonly Series[], fault: Fault | null): StageEvidence {
  const window = { start: iso(startMs), end: iso(endMs) };
  return evidenceOf(run, { window, judged: window, after: null }, null, series, fault);
}
