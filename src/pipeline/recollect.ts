import type { StageEvidence } from '../gates/evidence-schema';
import type { Policy } from '../gates/policy/policy';
import { gatesOf } from '../gates/policy/resolve';
import type { Target } from '../targets/target';
import { collectSeries } from './collect-series';
import type { MetricSettings } from './settings';
import { stoppedWindows } from './stage-windows';

/** Faults that late metrics may mend; a broken tier or load generator stays what it was. */
const MENDABLE = ['metrics-late', 'partial-data', 'query-error', 'query-forbidden'];

/** Reads a stage's metrics again without new load: what came too late the first time may be there by now. */
export async function recollect(
  stage: StageEvidence,
  policy: Policy,
  target: Target,
  settings: MetricSettings,
  signal: AbortSignal,
): Promise<StageEvidence> {
  const periodMs = stage.periodSeconds * 1000;
  const loadEndMs = Date.parse(stage.window.end);
  const stop = stage.stopped === undefined ? null : stoppedWindows(stage, Date.parse(stage.stopped.at), periodMs);
  const { series, fault } = await collectSeries({
    target,
    stage: stage.name,
    gates: gatesOf(policy, stage.name),
    identity: stage.identity,
    deployedAtMs: Date.parse(stage.deployedAt),
    loadStartMs: Date.parse(stage.window.start),
    loadEndMs: stop?.loadEndMs ?? loadEndMs,
    watchEndMs: stop?.watchEndMs ?? Math.max(Date.parse(stage.after?.end ?? stage.window.end), loadEndMs + periodMs),
    completed: stop !== null || stage.load?.outcome === 'completed',
    settings: { ...settings, periodMs },
    signal,
  });
  const mendable = stage.fault === null || MENDABLE.includes(stage.fault.reason);
  return { ...stage, series: [...stage.series.filter(({ source }) => source === 'k6'), ...series], fault: mendable ? fault : stage.fault };
}
