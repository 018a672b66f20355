import { renderComment } from './comment';
import { renderHtml } from './html';
import { renderPendingComment } from './pending';
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
    ...Object.entries(PENDING_RUNS).map(([state, run]) => ({ name: `${state}.comment.md`, text: renderPendingComment(run) })),
    ...SAMPLES.flatMap(({ name: state, report, evidence }) => [
      { name: `${state}.comment.md`, text: renderComment(report, evidence) },
      { name: `${state}.summary.md`, text: renderSummary(report, evidence) },
      { name: `${state}.html`, text: renderHtml(report, evidence) },
      { name: `${state}.txt`, text: renderTerminal(report, { colour: false, directory: 'tidegate-report' }) },
    ]),
  ];
}
