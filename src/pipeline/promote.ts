import type { StageEvidence } from '../gates/evidence-schema';
import type { Promotion } from '../gates/report-schema';
import { productionOf } from '../ledger/history';
import { LedgerUnreadableError } from '../ledger/ledger';
import type { ReleasePackage } from '../targets/target';
import { type CanaryOutcome, type CanaryRequest, shiftProduction } from './canary';
import { type Decision, guardPromotion } from './guards';
import { newEntry } from './production';
import type { Workspace } from './workspace';

export interface PromotionAttempt extends CanaryRequest {
  readonly workspace: Workspace;
  /** Writes what the guard is to believe into the ledger, before it is asked. */
  readonly record: () => Promise<void>;
}

export interface PromotionResult {
  readonly promotion: Promotion;
  /** The canary's evidence; null when none ran. */
  readonly canary: StageEvidence | null;
}

/**
 * Asks the guard and, when it says yes, moves production behind a canary and writes down what happened.
 * @param judged called with the canary's evidence before the ledger closes the matter
 */
export async function promote(attempt: PromotionAttempt, judged: (canary: StageEvidence) => Promise<void>): Promise<PromotionResult> {
  const decision = await decide(attempt);
  if (!decision.allowed) return { promotion: await refusal(attempt, decision), canary: null };
  const outcome = await shiftProduction(attempt);
  if (outcome.evidence !== null) await judged(outcome.evidence);
  await settleLedger(attempt, outcome, decision.from);
  return { promotion: promotionOf(outcome, decision, attempt.release), canary: outcome.evidence };
}

/** A ledger that cannot be written or read refuses; the evidence itself is not lost with it. */
async function decide({ workspace, target, release, policy, record }: PromotionAttempt): Promise<Decision> {
  try {
    await record();
    return guardPromotion(await workspace.ledger.read(), {
      target: target.name,
      digest: release.digest,
      commit: release.commit,
      now: new Date(),
      maxEvidenceAgeMs: policy.promotion.maxEvidenceAge,
      profile: target.name === 'twin' ? null : policy.promotion.profile,
    });
  } catch (error) {
    if (error instanceof LedgerUnreadableError) return { allowed: false, code: 'ledger-unreadable', message: error.message };
    throw error;
  }
}

/** Production is asked, not remembered: a refusal says what it serves now. */
async function refusal({ target, release }: PromotionAttempt, decision: Extract<Decision, { allowed: false }>): Promise<Promotion> {
  const serving = await target.describe('production');
  return { state: 'refused', from: serving.servingDigest, to: release.digest, reason: `${decision.code}: ${decision.message}` };
}

async function settleLedger({ workspace, target, release }: PromotionAttempt, outcome: CanaryOutcome, from: string | null): Promise<void> {
  if (outcome.state === 'promoted') await workspace.ledger.append(newEntry(target.name, release, { kind: 'promotion', from }));
  if (outcome.state !== 'rolled-back') return;
  const kept = productionOf(await workspace.ledger.read())?.digest ?? outcome.production.servingDigest;
  await workspace.ledger.append(newEntry(target.name, release, { kind: 'canary-rolled-back', kept, reason: outcome.reason }));
}

function promotionOf(outcome: CanaryOutcome, decision: Extract<Decision, { allowed: true }>, release: ReleasePackage): Promotion {
  const state = { promoted: 'promoted', 'rolled-back': 'rolled-back', held: 'promoting' } as const;
  const notes = decision.notes.length > 0 ? ` (${decision.notes.join('; ')})` : '';
  return { state: state[outcome.state], from: decision.from, to: release.digest, reason: `${outcome.reason}${notes}` };
}
