import type { Policy } from '../gates/policy/policy';
import type { DeliveryFacts } from '../github/delivery-facts';
import type { LedgerEvent } from '../ledger/entry';
import { type Refusal, refuse } from './decision';
import { isNamed, type Lane } from './delivery-guard';
import { isListed } from './login';

export type Approval = Extract<LedgerEvent, { kind: 'approval' }>;

/** People's word for a candidate, as it goes into the ledger; or why it does not count. */
export type Approved = { readonly allowed: true; readonly approvals: readonly Approval[] } | Refusal;

export interface ApprovalRequest {
  readonly facts: DeliveryFacts;
  readonly promotion: Policy['promotion'];
  readonly lane: Lane;
  /** The candidate's. */
  readonly digest: string;
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
  const { name, exists, reviewers, preventSelfReview, adminsMayBypass } = environment;
  if (!exists || reviewers < 1 || !preventSelfReview) {
    const lacks = exists ? (reviewers < 1 ? 'has no required reviewers' : 'lets people approve their own run') : 'does not exist';
    return refuse('environment-unprotected', `The deployment environment ${name} ${lacks}: see \`tidegate doctor --github\`.`);
  }
  // GitHub's list of reviews names no attempt: after a bypass in this one, a review of an earlier one would look the same.
  if (adminsMayBypass)
    return refuse(
      'environment-unprotected',
      `Administrators may bypass ${name}, so an approval need not be of this attempt. Switch it off: Settings, Environments, ${name}, "Allow administrators to bypass configured protection rules" (\`can_admins_bypass\`; where GitHub does not tell it, it counts as on).`,
    );
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

/** The only workflow whose start is an approval: whoever starts another has not seen what came of it. */
const APPROVE_WORKFLOW = '.github/workflows/approve.yml';

function byDispatch({ facts, promotion, reason, digest }: ApprovalRequest): Approved {
  const { event, actor, triggeringActor, headBranch, workflow } = facts.run;
  if (event !== 'workflow_dispatch' || headBranch !== facts.defaultBranch || workflow !== APPROVE_WORKFLOW)
    return refuse(
      'approval-missing',
      `Nobody approved: now that the evidence is there, a person of promotion.approvers runs the workflow \`approve\` on ${facts.defaultBranch} with this digest. After \`hotfix\` and \`override\` as well: to begin one of them approves nothing.`,
    );
  if (!isNamed(facts.inputs['digest'] ?? '', digest))
    return refuse('approval-missing', `The run of \`approve\` names another digest than ${digest}: run it with this one.`);
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
  { authors, authorsComplete, commit, lineage }: DeliveryFacts,
  { approverMayBeAuthor }: Policy['promotion'],
): Refusal | null {
  if (approverMayBeAuthor) return null;
  if (authors.length === 0 && lineage !== 'same')
    return refuse('author-unknown', `GitHub names no author of ${commit.slice(0, 12)}: nobody knows who may approve it. ${WAYS_ON}`);
  const own = authors.find(({ login }) => login !== null && isListed(login, approvers));
  if (own !== undefined)
    return refuse(
      'approver-is-author',
      `${own.login} approved and wrote ${own.commit.slice(0, 12)}: somebody who wrote none of the commits has to, in a new run.`,
    );
  const unknown = authors.find(({ as, login }) => as === 'author' && login === null);
  if (unknown !== undefined)
    return refuse(
      'author-unknown',
      `GitHub knows no account for an author of ${unknown.commit.slice(0, 12)}: whose address it is adds it to the account, and the job is run again. ${WAYS_ON}`,
    );
  if (authorsComplete) return null;
  return refuse(
    'author-unknown',
    `There are more commits than GitHub tells the authors of (250 in all, fewer than 250 in one pull request): promote an earlier commit first, where there is one. ${WAYS_ON}`,
  );
}

const WAYS_ON =
  'Or the policy says `approverMayBeAuthor: true` (a reviewed pull request; every promotion from then on). The hotfix lane and an override do not lift this.';

function approvalOf({ run }: DeliveryFacts, mode: Approval['mode'], who: string, reason: string): Approval {
  return { kind: 'approval', who, mode, run: String(run.id), attempt: run.attempt, reason };
}
