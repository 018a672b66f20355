import type { DeliveryNotes } from './delivery';
import { code, markdown, shortCommit } from './escape';
import { linksSection } from './markdown/delivery';
import { alert } from './markdown/markup';
import { type CommentName, commentMarker, stateLine } from './marker';

/** A run that ended, or was ended, without a report that could be shown. */
export interface AbsentReport {
  readonly commit: string;
  /** `superseded`: a newer candidate took its place. `missing`: there should be a report, and there is none. */
  readonly state: 'missing' | 'superseded';
  /** One sentence: what was looked for, and what was found. */
  readonly why: string;
}

/** The same without a comment's opening lines, for the job summary. */
export function renderAbsentSummary({ commit, state, why }: AbsentReport, notes: DeliveryNotes = {}): string {
  const links = linksSection(notes);
  const content =
    state === 'superseded'
      ? [`### ⏭️ Superseded · ${code(shortCommit(commit))}`, `${markdown(why)} Nothing is left to do here.`]
      : [
          `### ⚠️ No report · ${code(shortCommit(commit))}`,
          alert('WARNING', [
            `${markdown(why)} No report is never a pass.`,
            '',
            '**Next:** Open the run and read the first job that is red; what ended before the gates has left no evidence.',
          ]),
        ];
  return `${[...content, ...(links === '' ? [] : [links])].join('\n\n')}\n`;
}

/** The comment of a run without a report; the same marker, so that nobody reads an earlier run's verdict as this one's. */
export function renderAbsentComment(absent: AbsentReport, options: CommentName & DeliveryNotes = {}): string {
  return `${commentMarker(options)}\n${stateLine(absent)}\n${renderAbsentSummary(absent, options)}`;
}
