import type { Evidence } from '../gates/evidence-schema';
import type { GateReport } from '../gates/report-schema';
import { COMMENT_BUDGET, joinWithin, type Section } from './budget';
import { html, markerPart } from './escape';
import { gateSentences, gateTable } from './markdown/gates';
import { details, list } from './markdown/markup';
import { evidenceSection, footSection, headSection, notesSection, notRunSection, scaleSection } from './markdown/sections';
import { stageDetails } from './markdown/stage';
import { type GateRow, type ReportModel, reportModel } from './model';
import { plural } from './words';

export interface CommentOptions {
  /** Names the one comment that is rewritten: workflow and tier. */
  readonly workflow?: string;
  readonly tier?: string;
  /** Where the full report can be read, in the order to show. Only `https:` is linked. */
  readonly links?: readonly { readonly label: string; readonly url: string }[];
}

/** The first line of the comment, by which it is found again. */
export function commentMarker({ workflow = 'pipeline', tier = 'staging' }: CommentOptions = {}): string {
  return `<!-- tidegate:v1:${markerPart(workflow)}:${markerPart(tier)} -->`;
}

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
  const { open, observed, passed, stages } = model;
  return [
    { name: 'verdict', priority: 0, forms: [`${commentMarker(options)}\n${headSection(model)}`] },
    { name: 'gates without a pass', priority: 1, forms: tables(open, (rows) => gateTable(rows)) },
    { name: 'stages that did not run', priority: 2, forms: [notRunSection(model), ''] },
    { name: 'notes', priority: 3, forms: [notesSection(model), ''] },
    { name: 'reasons', priority: 6, forms: tables(open, (rows) => details('Why, gate by gate', list(gateSentences(rows)))) },
    {
      name: 'observed gates',
      priority: 5,
      forms: tables(observed, (rows) => `**Observed only, not counted in the verdict**\n\n${gateTable(rows)}`),
    },
    { name: 'scale', priority: 4, forms: [scaleSection(model), ''] },
    { name: 'links', priority: 3, forms: [linksSection(options), ''] },
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

function linksSection({ links = [] }: CommentOptions): string {
  const safe = links.flatMap(({ label, url }) => {
    const parsed = URL.canParse(url) ? new URL(url) : null;
    return parsed?.protocol === 'https:' ? [`<a href="${html(parsed.href, 2000)}">${html(label, 80)}</a>`] : [];
  });
  return safe.length === 0 ? '' : `**Reports** ${safe.join(' · ')}`;
}
