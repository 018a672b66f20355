import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT, REPORT_FILES } from '../../contract';
import type { Evidence } from '../../gates/evidence-schema';
import { type GateReport, gateReportSchema } from '../../gates/report-schema';
import { unknownName } from '../../gates/suggest';
import { ConfigurationError } from '../../pipeline/errors';
import { renderComment } from '../../report/comment';
import { renderHtml } from '../../report/html';
import { previewFiles } from '../../report/samples';
import { renderSummary } from '../../report/summary';
import { renderTerminal } from '../../report/terminal';
import type { CommandContext, Done } from '../context';
import { loadEvidence } from './evaluate';

interface ReportOptions {
  readonly from: string;
  readonly as: string;
  readonly preview?: string | true;
  readonly json?: boolean;
}

const FORMS: Readonly<Record<string, (report: GateReport, evidence: Evidence | null) => string>> = {
  comment: (report, evidence) => renderComment(report, evidence),
  summary: renderSummary,
  html: renderHtml,
  terminal: (report) => renderTerminal(report, { colour: false }),
};

export function addReport(program: Command, context: CommandContext, done: Done): void {
  program
    .command('report')
    .description('render a gate report as comment, summary, html or terminal text; --preview writes every state to look at')
    .option('--from <dir>', 'a report directory of an earlier run', 'tidegate-report')
    .option('--as <form>', `one of ${Object.keys(FORMS).join(', ')}`, 'comment')
    .option('--preview [dir]', 'write samples of every state into a directory (default tmp/preview)')
    .option('--json', 'print what was written, or the rendered text, as JSON')
    .action(async (options: ReportOptions) => {
      if (options.preview !== undefined) {
        const directory = resolve(context.root, options.preview === true ? 'tmp/preview' : options.preview);
        await mkdir(directory, { recursive: true });
        const files = previewFiles();
        await Promise.all(files.map(({ name, text }) => writeFile(join(directory, name), text)));
        const names = files.map(({ name }) => join(directory, name));
        context.stdout.write(options.json ? `${JSON.stringify({ files: names })}\n` : `${names.join('\n')}\n`);
        return done(EXIT.ok);
      }
      const render = Object.hasOwn(FORMS, options.as) ? FORMS[options.as] : undefined;
      if (render === undefined) throw new ConfigurationError(unknownName('form', options.as, Object.keys(FORMS)));
      const directory = resolve(context.root, options.from);
      const text = render(await loadReport(join(directory, REPORT_FILES.report)), await evidenceBeside(directory));
      context.stdout.write(options.json ? `${JSON.stringify({ form: options.as, text })}\n` : text);
      done(EXIT.ok);
    });
}

async function loadReport(path: string): Promise<GateReport> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigurationError(`${path}: no gate report there; run the pipeline first or give another directory with --from`, { cause });
  });
  try {
    return gateReportSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ConfigurationError(`${path}: not a gate report of this version`, { cause });
  }
}

/** Charts need the evidence; a report without it is still a report. */
async function evidenceBeside(directory: string): Promise<Evidence | null> {
  const path = join(directory, REPORT_FILES.evidence);
  const present = await readFile(path).then(
    () => true,
    () => false,
  );
  return present ? loadEvidence(path, path) : null;
}
