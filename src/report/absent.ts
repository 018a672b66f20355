import type { DeliveryNotes } from './delivery';
import { code, markdown, shortCommit } from './escape';
import { linksSection } from './markdown/delivery';
import { alert } from './markdown/markup';
import { type CommentName, commentMarker, stateLine } from './marker';
import { STATE_STEPS } from './promotion-steps';

/** A run that ended, or was ended, without a report that could be shown. */
export interface AbsentReport {
  readonly commit: string;
  /**
   * `superseded`: a newer candidate took its place. `cancelled`: it ended before its gates, by whom is not known. `broken-off`: its promotion
   * did. `missing`: there should be a report, and there is none.
   */
  readonly state: 'missing' | 'superseded' | 'cancelled' | 'broken-off';
  /** One sentence: what was looked for, and what was found. */
  readonly why: string;
}

/** The same without a comment's opening lines, for the job summary. */
export function renderAbsentSummary({ commit, state, why }: AbsentReport, notes: DeliveryNotes = {}): string {
  const links = linksSection(notes);
  const { heading, tail, next } = ENDS[state];
  const about = `### ${heading} · ${code(shortCommit(commit))}`;
  const sentence = `${markdown(why)} ${tail}`;
  const content = next === null ? [about, sentence] : [about, alert('WARNING', [sentence, '', `**Next:** ${next}`])];
  return `${[...content, ...(links === '' ? [] : [links])].join('\n\n')}\n`;
}

/** Markdown of our own; `next` is null where nothing has to be done. */
const ENDS: Readonly<Record<AbsentReport['state'], { readonly heading: string; readonly tail: string; readonly next: string | null }>> = {
  missing: {
    heading: '⚠️ No report',
    tail: 'No report is never a pass.',
    next: 'Open the run and read the first job that is red; what ended before the gates has left no evidence.',
  },
  superseded: { heading: '⏭️ Superseded', tail: 'Nothing is left to do here.', next: null },
  cancelled: { heading: '⏹️ Cancelled', tail: 'There is no verdict.', next: null },
  'broken-off': {
    heading: '⚠️ The promotion broke off',
    tail: 'There is no report of how it ended.',
    next: STATE_STEPS['broken-off'] ?? null,
  },
};

/** The comment of a run without a report; the same marker, so that nobody reads an earlier run's verdict as this one's. */
export function renderAbsentComment(absent: AbsentReport, options: CommentName & DeliveryNotes = {}): string {
  return `${commentMarker(options)}\n${stateLine(absent)}\n${renderAbsentSummary(absent, options)}`;
}
