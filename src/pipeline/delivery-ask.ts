import type { Policy } from '../gates/policy/policy';
import type { DeliveryFacts } from '../github/delivery-facts';
import type { LedgerEntry, LedgerEvent } from '../ledger/entry';
import type { NamedRelease } from '../ledger/history';
import { guardApproval } from './approval-guard';
import { type Refusal, refuse } from './decision';
import { type Candidate, guardLineage, guardSwitches, type Lane, type Switches } from './delivery-guard';

export type GatheredFacts =
  | { readonly readable: true; readonly facts: DeliveryFacts }
  /** `message` is for a person: what was asked, and what to do. */
  | { readonly readable: false; readonly message: string };

/** What a promotion asks besides the ledger: the repository and its people. Each question is asked before the canary and after it. */
export interface DeliveryAsk {
  readonly lane: Lane;
  /** What the person who asks says of it; for the ledger. */
  readonly reason: string;
  /** Where a hotfix comes from; null for the branch of the run. */
  readonly branch: string | null;
  /**
   * As the repository's variables were when the job began: GitHub hands them to a job once. A freeze that is set while the canary runs
   * holds the next promotion; what stops this one is a rollback, which the ledger tells.
   */
  switches(): Switches;
  facts(commit: string, production: NamedRelease | null): Promise<GatheredFacts>;
}

export interface Granted {
  readonly allowed: true;
  /** Goes into the ledger before production moves. */
  readonly events: readonly LedgerEvent[];
  /** Commits that production will have and has not now. */
  readonly commits: readonly string[];
}

interface Question extends Omit<Candidate, 'lane'> {
  readonly promotion: Policy['promotion'];
  /** What the candidate must descend from; null when there is no lineage yet. */
  readonly production: NamedRelease | null;
}

/** Freeze, pin, lineage, approval, in this order; GitHub is only asked when the repository itself allows a promotion. */
export async function askDelivery(ask: DeliveryAsk, entries: readonly LedgerEntry[], question: Question): Promise<Granted | Refusal> {
  const { lane, reason } = ask;
  const candidate: Candidate = { ...question, lane };
  const closed = guardSwitches(candidate, ask.switches());
  if (closed !== null) return closed;
  const gathered = await ask.facts(question.commit, question.production);
  if (!gathered.readable) return refuse('github-unreadable', `Nobody knows whether this was approved: ${gathered.message}`);
  const { facts } = gathered;
  const behind = guardLineage(entries, candidate, facts);
  if (behind !== null) return behind;
  const approved = guardApproval({ facts, promotion: question.promotion, lane, digest: question.digest, reason });
  if (!approved.allowed) return approved;
  const { triggeringActor: who, headBranch } = facts.run;
  const hotfix: LedgerEvent = { kind: 'hotfix', who, reason, branch: ask.branch ?? headBranch };
  return {
    allowed: true,
    events: [...approved.approvals, ...(lane === 'hotfix' ? [hotfix] : [])],
    commits: [...new Set(facts.authors.map(({ commit }) => commit))],
  };
}
