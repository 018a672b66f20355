import type { GateReport } from '../gates/report-schema';
import { code, shortCommit } from './escape';
import { anchor, type ReportLink } from './links';
import { type CommentName, commentMarker, isOpen, isUnderWay, readState, stateLine } from './marker';

/** The candidate that carries a pull request's commits on. */
export interface Carrier {
  readonly commit: string;
  /** Its own pull request; null when it was pushed without one. */
  readonly pull: number | null;
  readonly run: ReportLink | null;
  readonly verdict: GateReport['verdict'];
  /** Whether people set gates aside: then it may ship without a pass. */
  readonly overridden: boolean;
  readonly state: GateReport['promotion']['state'];
}

/** States of a comment that points elsewhere. */
const SUPERSEDED = 'superseded-by';
const CARRIED = 'carried-on';
const FOLD = '<details><summary>What this comment said before</summary>';
const BEFORE = '<!-- tidegate-before -->';
/** A comment may hold 65,536 characters: an earlier report that does not fit under its successor's words is left out. */
const MOST = 65_000;

/**
 * What a pull request's comment becomes when a later candidate contains its commits: who carries it on, and below, folded, what
 * was said before. Written again as that candidate moves; the earlier words stay the same.
 * @param existing our own comment as it stands; null when the pull request has none (its run was never begun, or was cancelled)
 * @param commit the pull request's own merge commit, null when it is not known
 * @returns null to leave the comment as it is: the earlier candidate can still be approved, because this one was stopped
 */
export function renderPointer(carrier: Carrier, name: CommentName, existing: string | null, commit: string | null): string | null {
  const known = existing === null ? null : readState(existing);
  if (known !== null && isOpen(known) && carrier.verdict !== 'passed' && !carrier.overridden) return null;
  const superseded = known !== null && (isOpen(known) || isUnderWay(known) || known.state === SUPERSEDED || known.state === 'superseded');
  const opening = [
    commentMarker(name),
    stateLine({ state: superseded ? SUPERSEDED : CARRIED, commit: known?.commit ?? commit ?? 'none' }),
    `### ${title(carrier, superseded)}`,
  ].join('\n');
  const text = `${opening}\n\n${sentence(carrier)}\n`;
  const before = existing === null ? null : earlier(existing);
  return before === null ? text : above(text, before);
}

/**
 * The comment of a candidate that ends as superseded: a successor that spoke first has said by whom, and keeps the head.
 * @param text what the candidate itself has to say, with its opening lines
 */
export function belowPointer(existing: string | null, text: string): string {
  if (existing === null || !isPointer(existing)) return text;
  const [head = ''] = existing.replaceAll('\r\n', '\n').split(`\n${FOLD}`);
  return above(`${head.trimEnd()}\n`, text.split('\n').slice(2).join('\n').trim());
}

/** The comment of a run that has no report to show, and an earlier one that has: what was measured stays readable, folded. */
export function aboveEarlier(existing: string | null, text: string): string {
  const before = existing === null ? null : earlier(existing);
  return before === null ? text : above(text, before);
}

/** Folded, unless both are more than a comment holds. */
function above(text: string, before: string): string {
  const whole = `${text}\n${FOLD}\n${BEFORE}\n\n${before}\n\n</details>\n`;
  return whole.length > MOST ? text : whole;
}

function isPointer(body: string): boolean {
  const state = readState(body)?.state;
  return state === CARRIED || state === SUPERSEDED;
}

function title(carrier: Carrier, superseded: boolean): string {
  const by = `${carrier.pull === null ? 'commit' : `#${carrier.pull}`} · ${code(shortCommit(carrier.commit))}`;
  if (carrier.state === 'promoted') return `✅ Promoted with ${by}`;
  if (carrier.state === 'rolled-back') return `↩️ Rolled back with ${by}`;
  return `⏭️ ${superseded ? 'Superseded' : 'Carried on'} by ${by}`;
}

function sentence(carrier: Carrier): string {
  const report = carrier.run === null ? 'Its run' : anchor(carrier.run);
  return `A newer candidate contains these commits. ${WORDS[carrier.state](carrier.verdict)} Verdict, evidence and approval are there: ${report}.`;
}

const unfinished = (verdict: Carrier['verdict']): string =>
  verdict === 'passed' ? 'It has passed its gates.' : `Its verdict is ${verdict}: neither it nor these commits were promoted.`;

const WORDS: Readonly<Record<Carrier['state'], (verdict: Carrier['verdict']) => string>> = {
  'not-asked': unfinished,
  'awaiting-approval': () => 'It waits for an approval.',
  promoting: () => 'It is being promoted behind a canary.',
  promoted: () => 'Production serves it.',
  rejected: () => 'Its promotion was rejected.',
  'rolled-back': () => 'Its canary was taken back: production serves the earlier release.',
  refused: unfinishedRefused,
  'broken-off': () => 'Its promotion broke off: whether production serves these commits, only production can tell (`tidegate doctor`).',
  superseded: () => 'A still newer one has taken its place in turn.',
};

function unfinishedRefused(verdict: Carrier['verdict']): string {
  return verdict === 'passed' ? 'It passed its gates, and its promotion was refused.' : unfinished(verdict);
}

/** What was said before any pointer: the words that are folded already, or everything after the opening lines. */
function earlier(body: string): string | null {
  const at = body.indexOf(BEFORE);
  if (at >= 0) return body.slice(at + BEFORE.length, body.lastIndexOf('</details>')).trim();
  const [, second = '', ...rest] = body.split(/\r?\n/);
  // A pointer without anything folded has nothing to keep.
  if (isPointer(body)) return null;
  const state = readState(body);
  return (state === null ? [second, ...rest] : rest).join('\n').trim() || null;
}
