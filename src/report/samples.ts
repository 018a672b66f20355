import type { Evidence } from '../gates/evidence-schema';
import type { GateReport } from '../gates/report-schema';
import { renderAbsentComment } from './absent';
import { renderComment } from './comment';
import type { DeliveryNotes } from './delivery';
import { renderHtml } from './html';
import { renderPendingComment } from './pending';
import { renderPointer } from './pointer';
import { renderPolicyComment } from './policy-comment';
import { RUN } from './samples/notes';
import { ABSENT_REPORTS, CARRIERS, POLICY_COMPARISONS } from './samples/others';
import { PENDING_RUNS, SAMPLES } from './samples/states';
import { renderSummary } from './summary';
import { renderTerminal } from './terminal';

/** A file to write, by its name within the preview's directory. */
export interface PreviewFile {
  readonly name: string;
  readonly text: string;
}

/** Every state of every report, rendered from the samples: for a person to look at, and for the golden files. */
export function previewFiles(): readonly PreviewFile[] {
  return [
    ...Object.entries(PENDING_RUNS).map(([state, run]) => comment(state, renderPendingComment(run, RUN))),
    ...Object.entries(ABSENT_REPORTS).map(([state, absent]) => comment(state, renderAbsentComment(absent, RUN))),
    ...Object.entries(CARRIERS).map(([state, { carrier, waited }]) =>
      comment(state, renderPointer(carrier, {}, waited ? waitingComment() : null, null) ?? ''),
    ),
    ...Object.entries(POLICY_COMPARISONS).map(([state, comparison]) => comment(state, renderPolicyComment(comparison))),
    ...SAMPLES.flatMap(({ name: state, report, evidence, notes, commentOnly }) => [
      comment(state, renderComment(report, evidence, notes)),
      ...(commentOnly === true ? [] : longForms(state, report, evidence, notes)),
    ]),
  ];
}

function longForms(state: string, report: GateReport, evidence: Evidence | null, notes: DeliveryNotes | undefined): readonly PreviewFile[] {
  return [
    { name: `${state}.summary.md`, text: renderSummary(report, evidence, notes) },
    { name: `${state}.html`, text: renderHtml(report, evidence) },
    { name: `${state}.txt`, text: renderTerminal(report, { colour: false, directory: 'tidegate-report' }) },
  ];
}

function comment(state: string, text: string): PreviewFile {
  return { name: `${state}.comment.md`, text };
}

/** The comment of an earlier candidate that waits for its approval. */
function waitingComment(): string {
  const waiting = SAMPLES.find(({ name }) => name === 'awaiting-approval');
  return waiting === undefined ? '' : renderComment(waiting.report, waiting.evidence, waiting.notes);
}
