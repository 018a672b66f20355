import type { GateReport } from '../gates/report-schema';
import { plain } from './escape';
import { PROMOTION_MARKS, plural, VERDICT_MARKS } from './words';

/** The first line of every report: an icon, and the words that carry the meaning without it. Raw text. */
export interface Headline {
  readonly icon: string;
  readonly title: string;
  readonly tone: 'good' | 'bad' | 'unsure' | 'neutral';
}

/** The state of the release in one line. The verdict is never rewritten: an override is named beside it. */
export function headlineOf(report: GateReport): Headline {
  const { state } = report.promotion;
  const words = gatesInWords(report);
  const mark = PROMOTION_MARKS[state];
  if (report.verdict !== 'passed' && (state === 'not-asked' || state === 'refused')) {
    const lead = state === 'refused' ? 'Not promoted' : report.verdict === 'failed' ? 'Failed' : 'No verdict';
    return { icon: VERDICT_MARKS[report.verdict].icon, title: `${lead}: ${words}`, tone: report.verdict === 'failed' ? 'bad' : 'unsure' };
  }
  if (state === 'not-asked') return { icon: VERDICT_MARKS.passed.icon, title: `Passed: ${words}`, tone: 'good' };
  if (state === 'broken-off') return { icon: mark.icon, title: `The promotion broke off: ${words}`, tone: 'unsure' };
  if (state === 'rolled-back') return { icon: mark.icon, title: `Rolled back: ${words}`, tone: 'bad' };
  if (state === 'refused') return { icon: mark.icon, title: `Not promoted, although ${words}`, tone: 'unsure' };
  const title = state === 'promoting' ? 'Promoting behind a canary' : mark.word;
  if (report.override !== null && report.verdict !== 'passed')
    return { icon: '⚠️', title: `${title} by override: ${words}`, tone: 'unsure' };
  return { icon: mark.icon, title: `${title}: ${words}`, tone: state === 'promoted' && report.verdict === 'passed' ? 'good' : 'neutral' };
}

/** What the enforced gates said, shortest form: `redis-connection-leak failed (7 of 13 gates)`. */
function gatesInWords(report: GateReport): string {
  const enforced = report.stages.flatMap(({ gates }) => gates).filter(({ mode }) => mode === 'enforce');
  if (report.verdict === 'passed') return enforced.length === 1 ? 'the gate passed' : `all ${plural(enforced.length, 'gate')} passed`;
  const alike = enforced.filter(({ verdict }) => verdict === report.verdict);
  // Gates of a stage that never began tell less than one that ran and could not be judged.
  const judged = alike.filter(({ reason }) => reason !== 'not-run');
  const open = judged.length > 0 ? judged : alike;
  const [deciding] = open;
  if (deciding === undefined) return report.verdict === 'failed' ? 'a stage failed' : 'no gate was judged';
  const what = report.verdict === 'failed' ? 'failed' : 'reached no verdict';
  return `${plain(deciding.id, 80)} ${what} (${open.length} of ${plural(enforced.length, 'gate')})`;
}
