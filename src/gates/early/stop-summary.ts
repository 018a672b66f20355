import type { StageEvidence } from '../evidence-schema';
import { formatDuration, formatPercent } from '../format';
import { plannedDurationMs } from '../load-plan';
import type { StageReport } from '../report-schema';

/** What a report says of an early stop; nothing when the whole load was applied. */
export function stopSummary({ stopped, window, plan }: StageEvidence): Pick<StageReport, 'stopped'> {
  if (stopped === undefined) return {};
  const afterSeconds = Math.round((Date.parse(stopped.at) - Date.parse(window.start)) / 1000);
  const savedSeconds = Math.max(0, Math.round(plannedDurationMs(plan) / 1000) - afterSeconds);
  return { stopped: { look: stopped.look, afterSeconds, savedSeconds } };
}

/** E.g. `The load was stopped at 25 % of the soak, because ...: that saved 43 s of it.`; null when all of it was applied. */
export function stopSentence({ name, stopped }: Pick<StageReport, 'name' | 'stopped'>): string | null {
  if (stopped === undefined) return null;
  const { look, savedSeconds } = stopped;
  return `The load was stopped at ${formatPercent(look)} of the ${name}, because a gate was certain to fail whatever the rest had brought: that saved ${formatDuration(savedSeconds * 1000)} of load.`;
}
