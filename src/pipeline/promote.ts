import { AwsError } from '../aws/failure';
import type { StageEvidence } from '../gates/evidence-schema';
import { stagesOf } from '../gates/policy/resolve';
import type { Promotion } from '../gates/report-schema';
import type { ProfileName } from '../gates/vocabulary';
import { productionOf } from '../ledger/history';
import { LedgerUnreadableError } from '../ledger/ledger';
import { DeployFailedError, type ReleasePackage } from '../targets/target';
import { type CanaryOutcome, type CanaryRequest, shiftProduction } from './canary';
import { type Decision, guardPromotion, guardServing } from './guards';
import { newEntry } from './production';
import type { Workspace } from './workspace';

export interface PromotionAttempt extends Omit<CanaryRequest, 'confirm' | 'onEvidence'> {
  readonly workspace: Workspace;
  /** The profile that the release was qualified with. */
  readonly profile: ProfileName;
  /** Writes what the guard is to believe into the ledger, before it is asked. */
  readonly record: () => Promise<void>;
  /** Judges and writes down the whole run once the canary has left evidence, whatever it says. */
  readonly recordCanary: (canary: StageEvidence) => Promise<void>;
}

/**
 * Asks the guard and, when it says yes, moves production behind a canary. The guard is asked again after the canary, for
 * what may have happened meanwhile, and the ledger is written before production moves for good: if it cannot be, it does not.
 */
export async function promote(attempt: PromotionAttempt): Promise<Promotion> {
  const decision = await decide(attempt);
  if (!decision.allowed) return refusal(attempt, decision);
  try {
    return await shift(attempt, decision);
  } catch (error) {
    // What the platform refused is an outcome, and its words say where production stands.
    if (!(error instanceof AwsError || error instanceof DeployFailedError)) throw error;
    return { state: 'refused', from: decision.from, to: attempt.release.digest, reason: error.message };
  }
}

type Allowed = Extract<Decision, { allowed: true }>;

async function shift(attempt: PromotionAttempt, decision: Allowed): Promise<Promotion> {
  const { ledger } = attempt.workspace;
  let written = false;
  const outcome = await shiftProduction({
    ...attempt,
    // Before production moves in either direction: what was measured is on record whatever happens to the shift.
    onEvidence: attempt.recordCanary,
    async confirm(canary, from) {
      const again = await ask(attempt);
      if (!again.allowed) return `${again.code}: ${again.message}`;
      if (again.from !== decision.from || from !== decision.fromPackage) return 'production was changed by somebody else during the canary';
      const { version } = canary.identity;
      await ledger.append(newEntry(attempt.target.name, attempt.release, { kind: 'promotion', from: decision.from, version }));
      written = true;
      return null;
    },
  }).catch(async (error: unknown) => {
    if (written) await recordRollback(attempt, decision, `production did not move: ${error instanceof Error ? error.message : error}`);
    throw error;
  });
  if (outcome.state === 'rolled-back') await recordRollback(attempt, decision, outcome.reason);
  return promotionOf(outcome, decision, attempt.release);
}

/** A ledger that cannot be written or read refuses; the evidence itself is not lost with it. */
async function decide(attempt: PromotionAttempt): Promise<Decision> {
  try {
    await attempt.record();
    const decision = await ask(attempt);
    return decision.allowed ? await knownProduction(attempt, decision) : decision;
  } catch (error) {
    if (error instanceof LedgerUnreadableError) return { allowed: false, code: 'ledger-unreadable', message: error.message };
    throw error;
  }
}

async function knownProduction({ workspace, target }: PromotionAttempt, decision: Extract<Decision, { allowed: true }>): Promise<Decision> {
  const serving = await target.describe('production').catch((error: unknown) => {
    if (error instanceof AwsError) return error;
    throw error;
  });
  if (serving instanceof AwsError) return { allowed: false, code: 'production-unavailable', message: serving.message };
  const known = guardServing(await workspace.ledger.read(), target.name, serving);
  return known.allowed ? decision : known;
}

async function ask({ workspace, target, release, policy, profile }: PromotionAttempt): Promise<Decision> {
  return guardPromotion(await workspace.ledger.read(), {
    target: target.name,
    digest: release.digest,
    commit: release.commit,
    now: new Date(),
    maxEvidenceAgeMs: policy.promotion.maxEvidenceAge,
    profile: target.name === 'twin' ? null : policy.promotion.profile,
    required: stagesOf(policy, profile).filter((name) => name !== 'canary'),
  });
}

/** Production is asked, not remembered: a refusal says what it serves now. */
async function refusal(
  { workspace, target, release }: PromotionAttempt,
  decision: Extract<Decision, { allowed: false }>,
): Promise<Promotion> {
  const serving = await target.describe('production').catch(() => null);
  const known = productionOf(await workspace.ledger.read().catch(() => []));
  const from = serving !== null && known?.packageDigest === serving.servingDigest ? known.digest : (serving?.servingDigest ?? null);
  return { state: 'refused', from, to: release.digest, reason: `${decision.code}: ${decision.message}` };
}

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

function promotionOf(outcome: CanaryOutcome, decision: Extract<Decision, { allowed: true }>, release: ReleasePackage): Promotion {
  const state = { promoted: 'promoted', 'rolled-back': 'rolled-back', held: 'promoting' } as const;
  const notes = decision.notes.length > 0 ? ` (${decision.notes.join('; ')})` : '';
  return { state: state[outcome.state], from: decision.from, to: release.digest, reason: `${outcome.reason}${notes}` };
}
