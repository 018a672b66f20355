import type { LoadResult } from '../evidence/k6/load-evidence';
import type { StageEvidence } from '../gates/evidence-schema';
import { previousBoundary, waitUntil } from './clock';
import { collectSeries } from './collect-series';
import { InterruptedError } from './errors';
import { brokenTier, evidenceOf, type Fault, type StageRun } from './stage-run';
import type { StageWindows } from './stage-windows';

/**
 * What a stage leaves once its load has ended, wherever that was made: waits until the last period that is needed is over, collects
 * the metrics, and looks whether the tier is still the one that was measured.
 * @param fault what was seen while the load ran, which outweighs all that is found afterwards
 * @param stopped when it was stopped because a gate was certain to fail; `windows` end there
 */
export async function afterLoad(
  run: StageRun,
  windows: StageWindows,
  loaded: LoadResult,
  fault: Fault | null,
  stopped: StageEvidence['stopped'] | null = null,
): Promise<StageEvidence> {
  const { stage, settings, signal } = run;
  const completed = loaded.outcome === 'completed' || stopped !== null;
  if (completed) await waitUntil(windows.watchEndMs, signal);
  const collected = await collectSeries({
    target: run.target,
    stage: stage.name,
    gates: stage.gates,
    identity: run.description.identity,
    deployedAtMs: run.description.deployedAt.getTime(),
    loadStartMs: Date.parse(windows.window.start),
    loadEndMs: windows.loadEndMs,
    watchEndMs: completed ? windows.watchEndMs : Math.min(windows.watchEndMs, previousBoundary(Date.now(), settings.periodMs)),
    completed,
    settings,
    signal,
  });
  if (signal.aborted) throw new InterruptedError('stopped while collecting');
  return evidenceOf(run, windows, loaded, collected.series, fault ?? (await brokenTier(run)) ?? collected.fault, stopped);
}
