import type { Evidence } from '../gates/evidence-schema';
import type { GateReport } from '../gates/report-schema';
import { joinWithin, type Section, SUMMARY_BUDGET } from './budget';
import type { DeliveryNotes } from './delivery';
import { code, markdown } from './escape';
import { datapointTables } from './markdown/datapoints';
import { doubtsSection, includedForms, linksSection } from './markdown/delivery';
import { gateSentences, gateTable } from './markdown/gates';
import { headSection } from './markdown/head';
import { details, list, table } from './markdown/markup';
import { digestTable, footSection, notesSection, notRunSection, scaleSection } from './markdown/sections';
import { loadTable, stageLine } from './markdown/stage';
import { type GateRow, type ReportModel, reportModel, type StageModel } from './model';

/**
 * The job summary: at most 900 KiB of GitHub Markdown, with every gate in its own words and every datapoint.
 * @param evidence null leaves out shapes and datapoints
 */
export function renderSummary(report: GateReport, evidence: Evidence | null, notes: DeliveryNotes = {}): string {
  const model = reportModel(report, evidence);
  return joinWithin(
    sectionsOf(model, notes),
    SUMMARY_BUDGET,
    (names) => `_Left out to fit into a summary: ${[...new Set(names)].join(', ')}. evidence.json has all of it._`,
  );
}

function sectionsOf(model: ReportModel, notes: DeliveryNotes): readonly Section[] {
  return [
    { name: 'verdict', priority: 0, forms: [headSection(model, notes)] },
    { name: 'doubts', priority: 1, forms: [doubtsSection(notes), ''] },
    { name: 'links', priority: 1, forms: [linksSection(notes), ''] },
    { name: 'stages that did not run', priority: 1, forms: [notRunSection(model), ''] },
    { name: 'notes', priority: 1, forms: [notesSection(model), ''] },
    { name: 'scale', priority: 1, forms: [scaleSection(model), ''] },
    { name: 'included pull requests', priority: 2, forms: includedForms(notes) },
    ...model.stages.map((stage): Section => ({ name: `gates of ${stage.report.name}`, priority: 2, forms: stageForms(stage) })),
    { name: 'digests', priority: 1, forms: [`### Digests\n\n${digestTable(model.report)}`, ''] },
    ...model.stages.flatMap((stage) => datapointSections(stage)),
    { name: 'footnote', priority: 3, forms: [footSection(model), ''] },
  ];
}

/** With what each judge computed; without; without the sentences; only what did not pass. */
function stageForms(stage: StageModel): readonly [string, ...string[]] {
  const head = `### ${stageLine(stage)}\n\n${loadTable(stage)}`;
  const sentences = list(gateSentences(stage.rows));
  const short = (rows: readonly GateRow[], length: number) => `${head}\n\n${gateTable(rows.slice(0, length))}`;
  const open = stage.rows.filter(({ gate }) => gate.verdict !== 'passed');
  return [
    [
      head,
      gateTable(stage.rows),
      details('In their own words', sentences),
      details('What the judges computed', judgeTable(stage.rows)),
    ].join('\n\n'),
    [head, gateTable(stage.rows), details('In their own words', sentences)].join('\n\n'),
    short(stage.rows, stage.rows.length),
    short(open, 200),
    short(open, 20),
    '',
  ];
}

function judgeTable(rows: readonly GateRow[]): string {
  return table(
    ['Gate', 'Judge', 'Measures', 'Reason', 'Numbers'],
    rows.map(({ gate }) => [
      code(gate.id, 100),
      gate.judge,
      code(gate.of, 200),
      gate.reason,
      Object.entries(gate.details)
        .map(([name, value]) => `${markdown(name, 60)} ${value === null ? '–' : markdown(String(value))}`)
        .join(', '),
    ]),
  );
}

function datapointSections({ report, evidence }: StageModel): readonly Section[] {
  if (evidence === null) return [];
  const heading: Section = { name: `datapoints of ${report.name}`, priority: 4, forms: [`### Datapoints of ${report.name}`, ''] };
  return [
    heading,
    ...datapointTables(evidence).map((text): Section => ({ name: `datapoints of ${report.name}`, priority: 5, forms: [text, ''] })),
  ];
}
