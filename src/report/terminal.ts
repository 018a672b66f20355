import pc from 'picocolors';
import { REPORT_FILES } from '../contract';
import { stopSentence } from '../gates/early/stop-summary';
import type { GateReport } from '../gates/report-schema';
import { logged, plain, shortCommit } from './escape';
import { overrideText, promotionText, releaseName, scaleFacts } from './facts';
import { type GateRow, type ReportModel, reportModel } from './model';
import { onRoute, plural, unfinishedTitle } from './words';

export interface TerminalOptions {
  readonly colour: boolean;
  /** Where the files are, as the person would type it; absent when there are none. */
  readonly directory?: string;
}

type Paint = ReturnType<typeof pc.createColors>;

const SIGNS = { passed: '✓', failed: '✗', inconclusive: '?' } as const;

/** What a person sees at the end of a run: the verdict, then what did not pass, then the rest in few lines. */
export function renderTerminal(report: GateReport, { colour, directory }: TerminalOptions): string {
  const model = reportModel(report, null);
  const paint = pc.createColors(colour);
  const blocks = [
    head(model, paint),
    gates(model.open, paint),
    unfinished(model, paint),
    observed(model, paint),
    passed(model, paint),
    scale(model, paint),
    foot(model, directory, paint),
  ];
  return logged(
    `\n${blocks
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`,
  );
}

function head({ report, headline, next, notRun, open }: ReportModel, paint: Paint): string[] {
  const tone = { good: paint.green, bad: paint.red, unsure: paint.yellow, neutral: paint.cyan }[headline.tone];
  const override = overrideText(report);
  return [
    ...(override === null ? [] : [paint.yellow(`! Override. ${plain(override, 1800)}`), '']),
    tone(paint.bold(plain(headline.title, 200))),
    // The first gate below says the same and more.
    ...(open.length > 0 ? [] : [plain(report.message, 1200)]),
    // The message says it too, where it is shown.
    ...(open.length > 0 ? report.stages.flatMap((stage) => stopSentence(stage) ?? []) : []),
    ...report.notes.map((note) => `Note: ${plain(note)}`),
    ...(notRun.length === 0
      ? []
      : [`Did not run: ${notRun.map(({ name, gates: { length } }) => `${name} (${plural(length, 'gate')})`).join(', ')}`]),
    ...(next === null ? [] : [paint.bold(`Next: ${next.replaceAll('`', '')}`)]),
  ];
}

/** Value and limit first: the sentence below repeats them with everything else. */
function gates(rows: readonly GateRow[], paint: Paint): string[] {
  return rows.flatMap(({ stage, gate, observed: value, limit, sample }) => {
    const tone = gate.verdict === 'failed' ? paint.red : paint.yellow;
    const numbers = `${stage.name}${onRoute(gate, plain)}  ${plain(value, 60)}  (limit ${plain(limit, 60)}, n = ${plain(sample, 60)})`;
    const line = `${tone(`${SIGNS[gate.verdict]} ${plain(gate.id, 100)}`)}  ${numbers}`;
    // With the load in doubt each gate says the same; the one that doubted it says why.
    if (gate.reason === 'load-not-applied' && gate.judge !== 'load-validity')
      return [`${line}  ${paint.dim('no verdict without the load')}`];
    return [line, `    ${paint.dim(plain(gate.message))}`];
  });
}

function unfinished({ unfinished: rows }: ReportModel, paint: Paint): string[] {
  if (rows.length === 0) return [];
  return [paint.dim(`${SIGNS.inconclusive} ${unfinishedTitle(rows)} (${rows.map(({ gate }) => plain(gate.id, 100)).join(', ')})`)];
}

function observed({ observed: rows }: ReportModel, paint: Paint): string[] {
  return rows.length === 0 ? [] : [paint.cyan('Observed only, not counted in the verdict:'), ...gates(rows, paint)];
}

function passed({ passed: rows }: ReportModel, paint: Paint): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map(({ stage, gate, observed: value, limit, sample }) => [
    plain(gate.id, 40),
    `${stage.name}${onRoute(gate, plain)}`,
    plain(value, 40),
    plain(limit, 40),
    `n = ${plain(sample, 40)}`,
  ]);
  const width = (column: number) => Math.max(...cells.map((row) => row[column]?.length ?? 0));
  return cells.map(([id = '', stage = '', value = '', limit = '', sample = ''], i) => {
    const warned = rows[i]?.gate.warned ? paint.yellow('  near limit') : '';
    const numbers = `${limit.padEnd(width(3))}  ${sample}`;
    return `${paint.green(SIGNS.passed)} ${id.padEnd(width(0))}  ${stage.padEnd(width(1))}  ${value.padStart(width(2))}  ${paint.dim(numbers)}${warned}`;
  });
}

function scale({ report }: ReportModel, paint: Paint): string[] {
  const facts = scaleFacts(report);
  return facts === null ? [] : [paint.bold('Scale'), ...facts.map(({ label, text }) => `  ${label}: ${text}`)];
}

function foot({ report }: ReportModel, directory: string | undefined, paint: Paint): string[] {
  return [
    `${paint.bold('Promotion')}  ${promotionText(report.promotion)}`,
    `${paint.bold('Release')}    ${releaseName(report.release, (text) => text)}  commit ${shortCommit(report.release.commit)}  ${plain(report.release.entry, 200)}`,
    ...(directory === undefined
      ? []
      : [
          `${paint.bold('Report')}     ${plain(directory, 400)}/${REPORT_FILES.html}  (${REPORT_FILES.report}, ${REPORT_FILES.evidence}, ${REPORT_FILES.logs}/ beside it)`,
        ]),
  ];
}
