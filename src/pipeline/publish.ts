import type { PolicyComparison } from '../gates/policy/changes-of-texts';
import type { ApprovalWay, DeliveryNotes, Hotfix, Review } from '../report/delivery';
import type { ReportLink } from '../report/links';
import { type CommentName, commentMarker, POLICY_COMMENT } from '../report/marker';
import { aboveEarlier, belowPointer, type Carrier, renderPointer } from '../report/pointer';
import { isNotable, policySection, renderPolicyComment } from '../report/policy-comment';
import { wasCancelled } from './concluded';
import { type Batch, findBatch, told } from './publish-batch';
import { annotationsOf, type Content, type ContentRequest, commentOf, findContent, summaryOf } from './publish-content';
import type { CommentOutcome, PublishedPull, PublishingGithub } from './publish-port';

export interface PublishRequest
  extends Pick<ContentRequest, 'state' | 'directory' | 'commit' | 'target' | 'profile' | 'detail' | 'jobs' | 'pinned' | 'now'> {
  /** Null outside of GitHub Actions: then nothing is commented. */
  readonly github: PublishingGithub | null;
  readonly name: CommentName;
  /** The run belongs to a pull request: its files are that pull request's own claim. */
  readonly origin: NonNullable<DeliveryNotes['origin']>;
  /** Null: the one of the event, else those of the commit. */
  readonly pull: number | null;
  readonly base: string | null;
  readonly links: readonly ReportLink[];
  readonly comment: boolean;
  /** An earlier job of the run has shown the gates' annotations, which GitHub keeps. */
  readonly annotate: boolean;
  readonly batch: boolean;
  readonly approval: ApprovalWay | null;
  readonly hotfix: Hotfix | null;
  readonly policy: PolicyComparison | null;
}

export interface PublishedComment extends CommentOutcome {
  readonly pull: number;
  readonly kind: 'report' | 'pointer' | 'policy';
}

/** What became of it. Nothing in here says whether the release is good: that is the report's. */
export interface Publication {
  readonly content: Content;
  readonly annotations: readonly string[];
  /** Null when there is nothing to add to the job summary. */
  readonly summary: string | null;
  readonly comments: readonly PublishedComment[];
  /** The text that stands, or would stand, in the pull request. */
  readonly text: string;
  readonly warnings: readonly string[];
}

/** Puts a run's state or report where people read it. GitHub's refusals are warnings, never the outcome of the run. */
export async function publish(request: PublishRequest): Promise<Publication> {
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  const { github } = request;
  const reviews = github === null || request.origin !== 'delivery' ? [] : await reviewsOf(github, request, warn);
  const batch = github === null ? NO_BATCH : await findBatch({ ...request, github, pull: request.pull ?? github.run.pull, warn });
  const basic = notesOf(request, batch, reviews);
  const { content, doubts } = await findContent({ ...request, notes: basic });
  const notes = doubts.length === 0 ? basic : { ...basic, doubts };
  const text = commentOf(content, request.name, notes);
  const comments = github !== null && request.comment && !github.run.fork ? await writeComments(request, github, batch, content, text) : [];
  for (const { pull, outcome, reason } of comments)
    if (outcome === 'failed') warn(`The comment on pull request ${pull} was not written: ${reason}`);
  if (batch.carried.length > MOST_POINTERS)
    warn(
      `Only the newest ${MOST_POINTERS} of ${batch.carried.length} pull requests were pointed to this one; the comment counts them all.`,
    );
  const own = summaryOf(content, notes);
  return {
    content,
    annotations: request.annotate ? annotationsOf(content) : [],
    summary: own === null ? null : [own, ...(hasPolicy(request) ? [policySection(request.policy)] : [])].join('\n'),
    comments,
    text,
    warnings,
  };
}

/** GitHub asks for a pause of seconds after each: more would outlast the job. */
const MOST_POINTERS = 100;

const NO_BATCH: Batch = { own: [], carried: [], cut: false };

function hasPolicy(request: PublishRequest): request is PublishRequest & { readonly policy: PolicyComparison } {
  return request.policy !== null && isNotable(request.policy);
}

/** In dispatch mode whoever started the workflow said yes by it; the guard has checked who it was. */
async function reviewsOf(
  github: PublishingGithub,
  { approval, state }: PublishRequest,
  warn: (text: string) => void,
): Promise<readonly Review[]> {
  if (state === 'queued' || state === 'deploying' || state === 'testing') return [];
  if (approval?.mode === 'dispatch') return [];
  return told(() => github.reviews(), [], warn);
}

function notesOf(request: PublishRequest, { own, carried, cut }: Batch, reviews: readonly Review[]): DeliveryNotes {
  const { github, links, approval, hotfix, origin, comment } = request;
  const run = github === null ? [] : [{ label: 'this run', url: github.run.url }];
  return {
    origin,
    links: [...run, ...links],
    included: carried.length === 0 ? [] : [...own, ...carried],
    includedCut: cut,
    reviews,
    ...(approval === null ? {} : { approval }),
    ...(hotfix === null ? {} : { hotfix }),
    ...(origin === 'pull-request' && (!comment || github?.run.fork)
      ? { remark: 'This run may not write a comment, so its report stands here only.' }
      : {}),
  };
}

async function writeComments(
  request: PublishRequest,
  github: PublishingGithub,
  { own, carried }: Batch,
  content: Content,
  text: string,
): Promise<readonly PublishedComment[]> {
  const marker = commentMarker(request.name);
  const written: PublishedComment[] = [];
  // One after another: GitHub asks for it, and the report comes first.
  for (const { number } of own) {
    written.push({
      pull: number,
      kind: 'report',
      ...(await github.comment(number, marker, (existing) => ownComment(request, content, existing, text))),
    });
    if (request.policy !== null) written.push({ pull: number, kind: 'policy', ...(await policyComment(github, number, request.policy)) });
  }
  const carrier = carrierOf(content, own, github, request.commit);
  if (carrier === null) return written;
  for (const { number, mergeCommit } of carried.slice(-MOST_POINTERS)) {
    const outcome = await github.comment(number, marker, (existing) => renderPointer(carrier, request.name, existing, mergeCommit));
    written.push({ pull: number, kind: 'pointer', ...outcome });
  }
  return written;
}

/** What stays of a comment that somebody else has written since, or that says more than this run can. */
function ownComment({ jobs }: PublishRequest, content: Content, existing: string | null, text: string): string {
  if (isSuperseded(content) || wasCancelled(jobs)) return belowPointer(existing, text);
  return content.kind === 'absent' && content.absent.state === 'broken-off' ? aboveEarlier(existing, text) : text;
}

/** What its successor may have said already, because a cancelled run speaks last, if at all. */
function isSuperseded(content: Content): boolean {
  return content.kind === 'absent'
    ? content.absent.state === 'superseded'
    : content.kind === 'report' && content.report.promotion.state === 'superseded';
}

/** Without anything to say it is not begun; once begun it says that nothing is left. */
function policyComment(github: PublishingGithub, pull: number, policy: PolicyComparison): Promise<CommentOutcome> {
  return github.comment(pull, commentMarker(POLICY_COMMENT), (existing) =>
    existing === null && !isNotable(policy) ? null : renderPolicyComment(policy),
  );
}

/** Others are pointed to a candidate that has a verdict: one that has none yet may still turn out to be nothing. */
function carrierOf(content: Content, own: readonly PublishedPull[], github: PublishingGithub, commit: string): Carrier | null {
  if (content.kind !== 'report') return null;
  const { verdict, promotion, override } = content.report;
  const run = { label: 'that run', url: github.run.url };
  return { commit, pull: own[0]?.number ?? null, run, verdict, overridden: override !== null, state: promotion.state };
}
