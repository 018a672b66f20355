import type { Evidence } from '../gates/evidence-schema';
import type { GateReport } from '../gates/report-schema';
import { COMMENT_BUDGET, joinWithin, type Section } from './budget';
import type { DeliveryNotes } from './delivery';
import { doubtsSection, includedForms, linksSection } from './markdown/delivery';
import { gateSentences, gateTable } from './markdown/gates';
import { headSection } from './markdown/head';
import { details, list } from './markdown/markup';
import { evidenceSection, footSection, notesSection, notRunSection, scaleSection } from './markdown/sections';
import { stageDetails } from './markdown/stage';
import { type CommentName, commentMarker, stateLine } from './marker';
import { type GateRow, type ReportModel, reportModel } from './model';
import { plural, unfinishedTitle } from './words';

export interface CommentOptions extends CommentName, DeliveryNotes {}

/**
 * The pull request comment: at most 60,000 characters of GitHub Markdown.
 * @param evidence null leaves out shapes and charts
 */
export function renderComment(report: GateReport, evidence: Evidence | null, options: CommentOptions = {}): string {
  const model = reportModel(report, evidence);
  return joinWithin(
    sectionsOf(model, options),
    COMMENT_BUDGET,
    (names) => `<sub>Shortened to fit into a comment: ${names.join(', ')}. The job summary and the HTML report have all of it.</sub>`,
  );
}

function sectionsOf(model: ReportModel, options: CommentOptions): readonly Section[] {
  const { report, open, unfinished, observed, passed, stages } = model;
  const { promotion, verdict, release } = report;
  const state = promotion.state === 'not-asked' ? verdict : promotion.state;
  const opening = [commentMarker(options), stateLine({ state, commit: release.commit })];
  return [
    { name: 'verdict', priority: 0, forms: [[...opening, headSection(model, options)].join('\n')] },
    { name: 'doubts', priority: 1, forms: [doubtsSection(options), ''] },
    { name: 'links', priority: 2, forms: [linksSection(options), ''] },
    { name: 'gates without a pass', priority: 1, forms: tables(open, (rows) => gateTable(rows)) },
    { name: 'stages that did not run', priority: 2, forms: [notRunSection(model), ''] },
    { name: 'notes', priority: 3, forms: [notesSection(model), ''] },
    { name: 'reasons', priority: 6, forms: tables(open, (rows) => details('Why, gate by gate', list(gateSentences(rows)))) },
    {
      name: 'gates that the stop left open',
      priority: 7,
      forms: tables(unfinished, (rows) => details(unfinishedTitle(unfinished), gateTable(rows))),
    },
    {
      name: 'observed gates',
      priority: 5,
      forms: tables(observed, (rows) => `**Observed only, not counted in the verdict**\n\n${gateTable(rows)}`),
    },
    { name: 'included pull requests', priority: 4, forms: includedForms(options) },
    { name: 'scale', priority: 4, forms: [scaleSection(model), ''] },
    { name: 'evidence', priority: 4, forms: [evidenceSection(model), ''] },
    { name: 'passed gates', priority: 7, forms: tables(passed, (rows) => details(passedTitle(model), gateTable(rows))) },
    ...stages.map(
      (stage): Section => ({ name: stage.report.name, priority: 8, forms: [stageDetails(stage, true), stageDetails(stage, false), ''] }),
    ),
    { name: 'footnote', priority: 9, forms: [footSection(model), ''] },
  ];
}

/** All rows, then fewer, then none; whoever reads a shorter form is told how many are missing. */
function tables(rows: readonly GateRow[], render: (rows: readonly GateRow[]) => string): readonly [string, ...string[]] {
  if (rows.length === 0) return [''];
  const shorter = [100, 50, 20, 5]
    .filter((length) => length < rows.length)
    .map((length) => `${render(rows.slice(0, length))}\n\nand ${plural(rows.length - length, 'more gate')}.`);
  return [render(rows), ...shorter, ''];
}

function passedTitle({ passed, open, observed }: ReportModel): string {
  return `${open.length + observed.length === 0 ? 'All' : 'Passed:'} ${plural(passed.length, 'gate')}${open.length + observed.length === 0 ? ' passed' : ''}`;
}
