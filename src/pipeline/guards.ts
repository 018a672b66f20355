import type { GateReport } from '../gates/report-schema';
import type { ProfileName, StageName, TargetName } from '../gates/vocabulary';
import type { LedgerEntry } from '../ledger/entry';
import { holdOf, latestReport, productionOf, revocationOf, servedProduction } from '../ledger/history';
import type { TierDescription } from '../targets/target';
import { type Decision, type Refusal, refuse } from './decision';
import { neverRan, type Overriding, overridingOf } from './override-guard';

export interface PromotionRequest {
  readonly target: TargetName;
  readonly digest: string;
  readonly commit: string;
  readonly now: Date;
  readonly maxEvidenceAgeMs: number;
  /** The profile that evidence must have been made with; null where the target does not ask (the twin). */
  readonly profile: ProfileName | null;
  /** The stages that the policy has for the profile, without the canary: each must have been judged. */
  readonly required: readonly StageName[];
  /** What today's policy asks of the evidence and the evidence has not, in one sentence; null when it has all. */
  readonly outdated: string | null;
}

/**
 * Says whether a digest may go to production by what the ledger knows of it. Pure. What only GitHub knows (lineage, approval)
 * and what a repository says (freeze, pin) is asked by `delivery-guard.ts`.
 */
export function guardPromotion(entries: readonly LedgerEntry[], request: PromotionRequest): Decision {
  const report = latestReport(entries, request.digest);
  if (!report) return refuse('no-evidence', `No gate report is recorded for ${request.digest}. Run the gates first.`);
  const overriding = overridingOf(entries, report, request.now);
  const refused = refuseByReport(report, request, overriding) ?? refuseByHistory(entries, request);
  if (refused !== null) return refused;
  const serving = productionOf(entries);
  const { override } = overriding;
  return { allowed: true, from: serving?.digest ?? null, fromPackage: serving?.packageDigest ?? null, notes: [], override };
}

function refuseByReport(report: GateReport, request: PromotionRequest, { override, refusal }: Overriding): Refusal | null {
  if (report.release.digest !== request.digest || report.release.commit !== request.commit || report.target !== request.target) {
    return refuse(
      'evidence-of-another-release',
      `The gate report is about ${report.release.digest} of ${report.release.commit} on ${report.target}.`,
    );
  }
  const accepted = report.verdict === 'passed' || override !== null;
  const unfit = accepted ? null : (refusal ?? refuse('verdict-not-passed', `The verdict is ${report.verdict} (${report.reason}).`));
  // A failure that was measured stays the reason: another load would not make the release better.
  if (unfit !== null && report.verdict === 'failed') return unfit;
  if (request.outdated !== null) return refuse('evidence-outdated', request.outdated);
  if (unfit !== null) return unfit;
  const counts = ({ window, verdict }: GateReport['stages'][number]) => verdict === 'passed' || (override !== null && window !== null);
  const missing = request.required.filter((name) => !report.stages.some((stage) => stage.name === name && counts(stage)));
  if (missing.length > 0) return refuse('evidence-incomplete', neverRan(missing, request.target));
  const made = qualifiedAt(report);
  const age = request.now.getTime() - made;
  if (age < 0) {
    return refuse(
      'evidence-stale',
      `The evidence was complete at ${new Date(made).toISOString()}, but it is ${request.now.toISOString()} here: the clock of this machine or of the one that measured is wrong. Set it right, then run the gates again.`,
    );
  }
  if (!(age <= request.maxEvidenceAgeMs)) {
    return refuse('evidence-stale', `The evidence of ${report.evidence.startedAt} is older than the policy allows. Run the gates again.`);
  }
  if (request.profile !== null && report.profile !== request.profile) {
    return refuse(
      'evidence-of-another-profile',
      `The evidence was made with profile ${report.profile}; promotion asks for ${request.profile}.`,
    );
  }
  return null;
}

/**
 * When the oldest of the staging evidence was made, epoch milliseconds. A later canary is production's evidence: it
 * must not make that of staging young again.
 */
function qualifiedAt(report: GateReport): number {
  const ends = report.stages.flatMap(({ tier, window }) => (tier === 'staging' && window !== null ? [Date.parse(window.end)] : []));
  return ends.length > 0 ? Math.min(...ends) : Date.parse(report.evidence.startedAt);
}

function refuseByHistory(entries: readonly LedgerEntry[], request: PromotionRequest): Refusal | null {
  const revoked = revocationOf(entries, request.digest);
  if (revoked) return refuse('digest-revoked', `This digest was revoked at ${revoked.at}: ${revoked.reason}`);
  const hold = holdOf(entries);
  if (hold) {
    return refuse(
      'hold-in-force',
      `Promotion is held since ${hold.at}: ${hold.reason}. A person clears it: tidegate rollback${onTarget(request.target)} --clear-hold --reason "..."`,
    );
  }
  return null;
}

/**
 * Whether production serves what the ledger says. When it does not, somebody moved it past the pipeline, or a run ended between
 * the record and the move: nothing is built on a production that nobody can name.
 */
export function guardServing(
  entries: readonly LedgerEntry[],
  target: TargetName,
  { servingDigest, assemblyDigest }: Pick<TierDescription, 'servingDigest' | 'assemblyDigest'>,
): Decision {
  const known = productionOf(entries);
  const where = onTarget(target);
  if (known === null || known.packageDigest !== servingDigest) {
    const said = known === null ? 'holds no production' : `says ${known.packageDigest} (release ${known.digest})`;
    return refuse(
      'production-not-in-ledger',
      `Production serves package ${servingDigest}; the ledger ${said}. Find out who moved it, then take it to a release that the ledger knows: tidegate rollback${where} --to DIGEST --reason "...".`,
    );
  }
  if (assemblyDigest !== null && assemblyDigest !== known.digest) {
    return refuse(
      'production-not-in-ledger',
      `Production's stack is that of ${assemblyDigest}; the ledger says ${known.digest}, whose package serves. Let the stack follow: tidegate rollback${where} --redeploy --reason "...".`,
    );
  }
  return { allowed: true, from: known.digest, fromPackage: known.packageDigest, notes: [], override: null };
}

function onTarget(target: TargetName): string {
  return target === 'twin' ? '' : ` --target ${target}`;
}

export interface RollbackRequest {
  readonly to: string;
  readonly reason: string;
  /** Whether production is at rest with what the ledger says: not while a canary is under way, or when somebody moved it. */
  readonly whole: boolean;
}

/**
 * Says whether production may go back to a digest. No age, ancestry, policy or gate rule applies:
 * at 2 a.m. the way back must be open, but only to what has served before and is not known to be bad.
 */
export function guardRollback(entries: readonly LedgerEntry[], request: RollbackRequest): Decision {
  const current = productionOf(entries);
  if (request.reason.trim() === '') return refuse('reason-missing', 'A rollback needs a reason: --reason "..."');
  if (!servedProduction(entries, request.to)) return refuse('never-promoted', `${request.to} never served production.`);
  const revoked = revocationOf(entries, request.to);
  if (revoked) return refuse('digest-revoked', `${request.to} was revoked at ${revoked.at}: ${revoked.reason}`);
  if (current?.digest === request.to && request.whole) return refuse('already-serving', `Production already serves ${request.to}.`);
  return { allowed: true, from: current?.digest ?? null, fromPackage: current?.packageDigest ?? null, notes: [], override: null };
}
