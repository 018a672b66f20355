import { readSeries } from '../evidence/cloudwatch/read';
import { heartbeatsOf, settle } from '../evidence/cloudwatch/settle';
import { queriesFor } from '../gates/collect';
import type { StageEvidence } from '../gates/evidence-schema';
import type { Policy } from '../gates/policy/policy';
import { gatesOf } from '../gates/policy/resolve';
import type { Target } from '../targets/target';
import { InterruptedError } from './errors';
import type { MetricSettings } from './settings';

/** Faults that late metrics may mend; a broken tier or load generator stays what it was. */
const MENDABLE = ['metrics-late', 'partial-data', 'query-error', 'query-forbidden'];
const PERIODS_BEFORE = 5;

/** Reads a stage's metrics again without new load: what came too late the first time may be there by now. */
export async function recollect(
  stage: StageEvidence,
  policy: Policy,
  target: Target,
  settings: MetricSettings,
  signal: AbortSignal,
): Promise<StageEvidence> {
  const periodMs = stage.periodSeconds * 1000;
  const start = Date.parse(stage.window.start);
  const loadEnd = Date.parse(stage.window.end);
  const watchEnd = Math.max(Date.parse(stage.after?.end ?? stage.window.end), loadEnd + periodMs);
  const settled = await settle({
    read: (abort) =>
      readSeries({
        client: target.cloudWatch,
        queries: queriesFor(gatesOf(policy, stage.name), stage.name, stage.identity),
        periodSeconds: stage.periodSeconds,
        window: { startMs: Math.min(Date.parse(stage.deployedAt), start - PERIODS_BEFORE * periodMs), endMs: watchEnd },
        signal: abort,
      }),
    heartbeats: heartbeatsOf(loadEnd, watchEnd, stage.periodSeconds),
    pollMs: settings.pollMs,
    deadlineMs: settings.deadlineMs,
    signal,
  });
  if (!settled.settled && settled.reason === 'aborted') throw new InterruptedError(settled.detail);
  const series = [...stage.series.filter(({ source }) => source === 'k6'), ...settled.series];
  const mendable = stage.fault === null || MENDABLE.includes(stage.fault.reason);
  if (!mendable) return { ...stage, series };
  return { ...stage, series, fault: settled.settled ? null : { reason: settled.reason, detail: settled.detail } };
}
