import { AwsError } from '../aws/failure';
import type { Promotion } from '../gates/report-schema';
import { productionOf } from '../ledger/history';
import { LedgerUnreadableError } from '../ledger/ledger';
import { DeployFailedError, type ReleasePackage } from '../targets/target';
import { type CanaryOutcome, shiftProduction } from './canary';
import { type Allowed, type Refusal, type RefusalCode, refuse } from './decision';
import { recordOvertaken } from './overtaken';
import { newEntry } from './production';
import type { Promoted, PromotionAttempt } from './promotion-attempt';
import { confirmPromotion, decide, type Granted } from './promotion-decision';

/**
 * Asks the guards and, when they say yes, moves production behind a canary. They are asked again after the canary, for
 * what may have happened meanwhile, and the ledger is written before production moves for good: if it cannot be, it does not.
 */
export async function promote(attempt: PromotionAttempt): Promise<Promoted> {
  const decision = await decide(attempt);
  if (!decision.allowed) return refusal(attempt, decision);
  const { override, from } = decision;
  const unwritten = await recordBeginning(attempt, from);
  if (unwritten !== null) return refusal(attempt, unwritten);
  try {
    return { promotion: await shift(attempt, decision), override, code: null };
  } catch (error) {
    // What the platform refused is an outcome, and its words say where production stands.
    if (!(error instanceof AwsError || error instanceof DeployFailedError)) throw error;
    return { promotion: { state: 'refused', from, to: attempt.release.digest, reason: error.message }, override, code: null };
  }
}

/** What `promote` would do, without a step towards it. The caller gives a workspace that keeps nothing. */
export async function rehearsePromotion(attempt: PromotionAttempt): Promise<Promoted> {
  const decision = await decide(attempt);
  if (!decision.allowed) return refusal(attempt, decision);
  const { from, override } = decision;
  const first = decision.events.map(({ kind }) => `${kind}, `).join('');
  const reason = `dry run: every guard says yes. A canary would begin; ${first}what it shows and the promotion would be recorded`;
  return { promotion: { state: 'not-asked', from, to: attempt.release.digest, reason }, override, code: null };
}

/** Whoever rolls back while a canary is under way has to find it, also when this process is no more. */
async function recordBeginning({ workspace, target, release }: PromotionAttempt, from: string | null): Promise<Refusal | null> {
  try {
    await workspace.ledger.append(newEntry(target.name, release, { kind: 'canary-begun', from }));
    return null;
  } catch (error) {
    if (error instanceof LedgerUnreadableError) return refuse('ledger-unreadable', error.message);
    throw error;
  }
}

async function shift(attempt: PromotionAttempt, decision: Granted): Promise<Promotion> {
  const outcome = await shiftProduction({
    ...attempt,
    // Before production moves in either direction: what was measured is on record whatever happens to the shift.
    onEvidence: attempt.recordCanary,
    async confirm(canary, from) {
      if (from !== decision.fromPackage) return 'production was changed by somebody else during the canary';
      return confirmPromotion(attempt, decision, canary.identity.version);
    },
  }).catch(async (error: unknown) => {
    const reason = `production did not move: ${error instanceof Error ? error.message : error}`;
    // A record that fails as well must not hide why.
    await recordRollback(attempt, decision, reason).catch(() => undefined);
    throw error;
  });
  if (outcome.state === 'rolled-back') await recordRollback(attempt, decision, outcome.reason);
  if (outcome.state === 'promoted') await recordOvertaken(attempt, decision.commits);
  return promotionOf(outcome, decision, attempt.release);
}

/** Production is asked, not remembered: a refusal says what it serves now. */
async function refusal({ workspace, target, release }: PromotionAttempt, { code, message }: Refusal): Promise<Promoted> {
  const serving = await target.describe('production').catch(() => null);
  const known = productionOf(await workspace.ledger.read().catch(() => []));
  const from = serving !== null && known?.packageDigest === serving.servingDigest ? known.digest : (serving?.servingDigest ?? null);
  return {
    promotion: { state: REFUSED_AS[code] ?? 'refused', from, to: release.digest, reason: `${code}: ${message}` },
    override: null,
    code,
  };
}

/** What people call it where they do not call it refused. */
const REFUSED_AS: Partial<Record<RefusalCode, Promotion['state']>> = {
  superseded: 'superseded',
  'hotfix-not-merged-back': 'superseded',
  'approval-rejected': 'rejected',
};

/**
 * Written only where it is true: production serves what it served before, and nobody has moved it since by another entry (an
 * operator's rollback during the canary is theirs to record).
 */
async function recordRollback({ workspace, target, release }: PromotionAttempt, before: Allowed, reason: string): Promise<void> {
  const kept = before.from;
  const now = productionOf(await workspace.ledger.read())?.digest ?? null;
  const serving = await target.describe('production').catch(() => null);
  if (kept === null || (now !== kept && now !== release.digest) || serving?.servingDigest !== before.fromPackage) return;
  await workspace.ledger.append(newEntry(target.name, release, { kind: 'canary-rolled-back', kept, reason }));
}

function promotionOf(outcome: CanaryOutcome, decision: Allowed, release: ReleasePackage): Promotion {
  const state = { promoted: 'promoted', 'rolled-back': 'rolled-back', held: 'promoting' } as const;
  const notes = decision.notes.length > 0 ? ` (${decision.notes.join('; ')})` : '';
  return { state: state[outcome.state], from: decision.from, to: release.digest, reason: `${outcome.reason}${notes}` };
}
