import type { Evidence } from '../gates/evidence-schema';
import type { GateReport } from '../gates/report-schema';
import type { ProfileName, TargetName } from '../gates/vocabulary';
import { type AbsentReport, renderAbsentComment, renderAbsentSummary } from '../report/absent';
import { absentAnnotation, renderAnnotations } from '../report/annotations';
import { renderComment } from '../report/comment';
import type { DeliveryNotes } from '../report/delivery';
import type { CommentName } from '../report/marker';
import { type PendingRun, renderPendingComment } from '../report/pending';
import { renderSummary } from '../report/summary';
import { absenceOf, conclusionOf, type JobEnds } from './concluded';
import { readReport } from './report-source';

/** What a run can say of itself: where it stands before there is a report, or what its report says. */
export const PUBLISH_STATES = [
  'report',
  'queued',
  'deploying',
  'testing',
  'awaiting-approval',
  'promoting',
  'rejected',
  'superseded',
  'concluded',
] as const;
export type PublishState = (typeof PUBLISH_STATES)[number];

/** What is published, not yet in words. */
export type Content =
  | { readonly kind: 'pending'; readonly run: PendingRun }
  | { readonly kind: 'absent'; readonly absent: AbsentReport }
  | { readonly kind: 'report'; readonly report: GateReport; readonly evidence: Evidence | null };

export interface ContentRequest {
  readonly state: PublishState;
  readonly directory: string;
  readonly commit: string;
  /** Of a run that has no report yet; null where it is not known. */
  readonly target: TargetName | null;
  readonly profile: ProfileName | null;
  /** One sentence for this state, instead of the usual one. */
  readonly detail: string | null;
  readonly notes: DeliveryNotes;
  /** How the jobs before ended; told of the state `concluded`. */
  readonly jobs: JobEnds;
  /** The only candidate that may go out, as the repository's variable names it. */
  readonly pinned: string;
  readonly now: Date;
}

const PENDING_DETAILS = {
  queued: 'Waiting for staging, which one candidate uses at a time.',
  deploying: 'The release is being deployed to staging.',
  testing: 'The stages run one after another; the report takes the place of this comment.',
} as const;

/** Reads what there is to publish. A report that is not there, or cannot be believed, is content too. */
export async function findContent(request: ContentRequest): Promise<{ readonly content: Content; readonly doubts: readonly string[] }> {
  const { state, commit, target, profile, detail, now } = request;
  if (state === 'queued' || state === 'deploying' || state === 'testing') {
    const run = { state, commit, target, profile, since: now.toISOString(), detail: detail ?? PENDING_DETAILS[state], stages: [] };
    return { content: { kind: 'pending', run }, doubts: [] };
  }
  const source = await readReport(request.directory, request.notes.origin ?? 'delivery', commit);
  if (source.kind === 'report') {
    const report = inState(source.report, request);
    return { content: { kind: 'report', report, evidence: source.evidence }, doubts: source.doubts };
  }
  const explained = state === 'concluded' ? absenceOf(commit, request) : null;
  const superseded = { commit, state: 'superseded', why: detail ?? SUPERSEDED } as const;
  return {
    content: { kind: 'absent', absent: state === 'superseded' ? superseded : (explained ?? { commit, state: 'missing', why: source.why }) },
    doubts: [],
  };
}

const SUPERSEDED = 'A newer candidate took its place.';

/** States that the workflow knows of and the report, which was written before, does not. The verdict is never touched. */
function inState(report: GateReport, { state, detail, notes, jobs, pinned }: ContentRequest): GateReport {
  const { promotion } = report;
  if (promotion.state !== 'not-asked' && promotion.state !== 'awaiting-approval') return report;
  const to = promotion.to ?? report.release.digest;
  const moved = (next: GateReport['promotion']['state'], reason: string): GateReport => ({
    ...report,
    promotion: { ...promotion, to, state: next, reason: detail ?? reason },
  });
  if (state === 'concluded') {
    const { approval = null, reviews = [] } = notes;
    const conclusion = conclusionOf(report, { jobs, approval, pinned, reviews });
    return conclusion === null ? report : moved(conclusion.state, conclusion.reason);
  }
  const rejected = (notes.reviews ?? []).some((review) => review.state === 'rejected');
  if (rejected) return moved('rejected', 'A reviewer said no.');
  if (state === 'rejected') return moved('rejected', 'Nobody approved.');
  if (state === 'superseded') return moved('superseded', SUPERSEDED);
  // Nobody is asked to approve what its gates have stopped.
  if (report.verdict !== 'passed' && report.override === null) return report;
  if (state === 'awaiting-approval') return moved('awaiting-approval', 'The evidence is complete; a person decides.');
  if (state === 'promoting')
    return moved('promoting', 'The guards are asked once more; then a canary gets a share of production’s requests.');
  return report;
}

/** The comment of the candidate's own pull request. */
export function commentOf(content: Content, name: CommentName, notes: DeliveryNotes): string {
  if (content.kind === 'pending') return renderPendingComment(content.run, { ...name, ...notes });
  if (content.kind === 'absent') return renderAbsentComment(content.absent, { ...name, ...notes });
  return renderComment(content.report, content.evidence, { ...name, ...notes });
}

/** The job summary; null for a run that has no report yet, or no new one: its steps would fill the page. */
export function summaryOf(content: Content, notes: DeliveryNotes): string | null {
  if (content.kind === 'pending' || (content.kind === 'report' && content.report.promotion.state === 'promoting')) return null;
  return content.kind === 'absent' ? renderAbsentSummary(content.absent, notes) : renderSummary(content.report, content.evidence, notes);
}

export function annotationsOf(content: Content): readonly string[] {
  if (content.kind === 'pending') return [];
  return content.kind === 'absent' ? [absentAnnotation(content.absent)] : renderAnnotations(content.report);
}
