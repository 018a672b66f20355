import type { Policy } from '../gates/policy/policy';
import type { DeliveryFacts } from '../github/delivery-facts';
import type { LedgerEvent } from '../ledger/entry';
import { type Refusal, refuse } from './decision';
import type { Lane } from './delivery-guard';
import { isListed } from './login';

export type Approval = Extract<LedgerEvent, { kind: 'approval' }>;

/** People's word for a candidate, as it goes into the ledger; or why it does not count. */
export type Approved = { readonly allowed: true; readonly approvals: readonly Approval[] } | Refusal;

export interface ApprovalRequest {
  readonly facts: DeliveryFacts;
  readonly promotion: Policy['promotion'];
  readonly lane: Lane;
  /** What the person who asks has said of it; GitHub's own comment where there is one. */
  readonly reason: string;
}

/** Says whether a person who wrote none of the commits said yes to this attempt of this run. Everything that is not told is a no. */
export function guardApproval(request: ApprovalRequest): Approved {
  const { facts, promotion, lane } = request;
  const { triggeringActor } = facts.run;
  if (lane === 'hotfix' && !isListed(triggeringActor, promotion.approvers ?? []))
    return refuse(
      'approver-not-listed',
      `${triggeringActor} is not in promotion.approvers of the policy: one of them opens the hotfix lane.`,
    );
  return promotion.approval === 'environment' ? byEnvironment(request) : byDispatch(request);
}

function byEnvironment({ facts, promotion }: ApprovalRequest): Approved {
  const { environment, reviews, jobOfThisAttempt } = facts.approval;
  const { name, exists, reviewers, preventSelfReview } = environment;
  if (!exists || reviewers < 1 || !preventSelfReview) {
    const lacks = exists ? (reviewers < 1 ? 'has no required reviewers' : 'lets people approve their own run') : 'does not exist';
    return refuse('environment-unprotected', `The deployment environment ${name} ${lacks}: see \`tidegate doctor --github\`.`);
  }
  const rejected = reviews.find(({ state }) => state === 'rejected');
  if (rejected !== undefined)
    return refuse('approval-rejected', `${rejected.who} rejected this run: ${rejected.comment || 'without a comment'}.`);
  const approved = reviews.filter(({ state }) => state === 'approved');
  if (approved.length === 0) return refuse('approval-missing', `Nobody approved this run in the deployment environment ${name}.`);
  if (!jobOfThisAttempt)
    return refuse(
      'approval-of-another-attempt',
      `The approval is not of attempt ${facts.run.attempt}: re-run all jobs, so that it is asked for again.`,
    );
  const said = new Map(approved.map(({ who, comment }) => [who, comment]));
  const author = refuseAuthors([...said.keys()], facts, promotion);
  return author ?? { allowed: true, approvals: [...said].map(([who, reason]) => approvalOf(facts, 'environment', who, reason)) };
}

function byDispatch({ facts, promotion, reason }: ApprovalRequest): Approved {
  const { event, actor, triggeringActor, headBranch } = facts.run;
  if (event !== 'workflow_dispatch' || headBranch !== facts.defaultBranch)
    return refuse('approval-missing', `Nobody approved: run the workflow \`approve\` on ${facts.defaultBranch} with this digest.`);
  if (actor !== triggeringActor)
    return refuse('approval-of-another-attempt', `${actor} approved, and ${triggeringActor} runs it again: approve anew.`);
  if (!isListed(actor, promotion.approvers ?? []))
    return refuse('approver-not-listed', `${actor} is not in promotion.approvers of the policy: one of them has to approve.`);
  return refuseAuthors([actor], facts, promotion) ?? { allowed: true, approvals: [approvalOf(facts, 'dispatch', actor, reason)] };
}

/**
 * An author without an account might be the approver: then nobody knows whether two people have looked. A co-author without one is
 * let pass: whoever wants to hide leaves the line away, and programs that write commits sign with addresses that are nobody's.
 */
function refuseAuthors(
  approvers: readonly string[],
  { authors, commit, lineage }: DeliveryFacts,
  { approverMayBeAuthor }: Policy['promotion'],
): Refusal | null {
  if (approverMayBeAuthor) return null;
  if (authors.length === 0 && lineage !== 'same')
    return refuse('author-unknown', `GitHub names no author of ${commit.slice(0, 12)}: nobody knows who may approve it.`);
  const own = authors.find(({ login }) => login !== null && isListed(login, approvers));
  if (own !== undefined)
    return refuse(
      'approver-is-author',
      `${own.login} approved and wrote ${own.commit.slice(0, 12)}: somebody who wrote none of the commits has to, in a new run.`,
    );
  const unknown = authors.find(({ as, login }) => as === 'author' && login === null);
  if (unknown === undefined) return null;
  return refuse(
    'author-unknown',
    `GitHub knows no account for an author of ${unknown.commit.slice(0, 12)}: add the address to the account, and ask again.`,
  );
}

function approvalOf({ run }: DeliveryFacts, mode: Approval['mode'], who: string, reason: string): Approval {
  return { kind: 'approval', who, mode, run: String(run.id), attempt: run.attempt, reason };
}
