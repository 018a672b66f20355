import type { GateReport } from '../gates/report-schema';
import type { AbsentReport } from './absent';
import { commandData, commandProperty } from './escape';
import { overrideText, promotionText } from './facts';
import { type GateRow, reportModel } from './model';
import { unfinishedTitle } from './words';

type Level = 'error' | 'warning' | 'notice';

/**
 * GitHub workflow commands, one per line: an error per failed gate, a warning per gate without a verdict or failed in
 * observe mode, a notice for what else a reader should know. Each is one line of standard output.
 */
export function renderAnnotations(report: GateReport): readonly string[] {
  const { open, unfinished, observed, passed, notRun, headline } = reportModel(report, null);
  const override = overrideText(report);
  return [
    ...(override === null ? [] : [command('warning', 'Override in force', override)]),
    ...open.map((row) => command(row.gate.verdict === 'failed' ? 'error' : 'warning', title(row), row.gate.message)),
    ...(unfinished.length === 0 ? [] : [command('notice', unfinishedTitle(unfinished), unfinished.map(({ gate }) => gate.id).join(', '))]),
    ...observed.map((row) => command('warning', `${title(row)} (observed)`, row.gate.message)),
    ...notRun.map(({ name, gates }) => command('warning', `${name} did not run`, `${gates.length} gates reached no verdict.`)),
    ...passed.filter(({ gate }) => gate.warned).map((row) => command('notice', `${title(row)}, near limit`, row.gate.message)),
    command('notice', headline.title, `${report.message} Promotion: ${promotionText(report.promotion)}`),
  ];
}

/** One line for a run that left no report: a warning, unless a newer candidate took its place. */
export function absentAnnotation({ state, why }: AbsentReport): string {
  if (state === 'superseded') return command('notice', 'Superseded', why);
  if (state === 'cancelled') return command('notice', 'Cancelled', why);
  if (state === 'broken-off') return command('warning', 'The promotion broke off', `${why} Production may serve either release.`);
  return command('warning', 'No report', `${why} No report is never a pass.`);
}

/** A warning of the publishing itself. */
export function warningAnnotation(heading: string, message: string): string {
  return command('warning', heading, message);
}

function title({ gate, stage, mark }: GateRow): string {
  return `${gate.id} in ${stage.name}: ${gate.mode === 'observe' ? gate.verdict : mark.word}`;
}

/** GitHub shows colons and commas of a title as they are escaped, so a title has none. */
function command(level: Level, heading: string, message: string): string {
  return `::${level} title=${commandProperty(heading.replace(/\s*[:,]\s*/g, ' · '))}::${commandData(message)}`;
}
