import type { GateReport } from '../gates/report-schema';
import type { ProfileName, StageName, TargetName } from '../gates/vocabulary';
import type { LedgerEntry } from '../ledger/entry';
import { holdOf, latestReport, productionOf, revocationOf, servedProduction } from '../ledger/history';
import type { TierDescription } from '../targets/target';

/** Why a guard said no. A closed list: other tools read the codes. */
export type RefusalCode =
  | 'no-evidence'
  | 'verdict-not-passed'
  | 'evidence-of-another-release'
  | 'evidence-incomplete'
  | 'evidence-stale'
  | 'evidence-of-another-profile'
  | 'digest-revoked'
  | 'hold-in-force'
  | 'never-promoted'
  | 'already-serving'
  | 'reason-missing'
  | 'package-missing'
  | 'production-unavailable'
  | 'production-not-in-ledger'
  | 'ledger-unreadable';

export type Decision =
  | {
      readonly allowed: true;
      /** What production serves by the ledger; null when it is empty. */
      readonly from: string | null;
      /** The same, as the platform calls it. */
      readonly fromPackage: string | null;
      readonly notes: readonly string[];
    }
  | { readonly allowed: false; readonly code: RefusalCode; readonly message: string };

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
}

const refuse = (code: RefusalCode, message: string): Decision => ({ allowed: false, code, message });

/**
 * Says whether a digest may go to production. Pure: everything it believes comes from the ledger.
 * Approval, lineage and freeze are asked for where people and commits are known: in delivery, not on the twin.
 */
export function guardPromotion(entries: readonly LedgerEntry[], request: PromotionRequest): Decision {
  const report = latestReport(entries, request.digest);
  if (!report) return refuse('no-evidence', `No gate report is recorded for ${request.digest}. Run the gates first.`);
  return (
    refuseByReport(report, request) ??
    refuseByHistory(entries, request) ?? {
      allowed: true,
      from: productionOf(entries)?.digest ?? null,
      fromPackage: productionOf(entries)?.packageDigest ?? null,
      notes: request.target === 'twin' ? ['approval: not-required / twin', 'lineage: checked in CI only'] : [],
    }
  );
}

function refuseByReport(report: GateReport, request: PromotionRequest): Decision | null {
  if (report.release.digest !== request.digest || report.release.commit !== request.commit || report.target !== request.target) {
    return refuse(
      'evidence-of-another-release',
      `The gate report is about ${report.release.digest} of ${report.release.commit} on ${report.target}.`,
    );
  }
  if (report.verdict !== 'passed') {
    return refuse('verdict-not-passed', `The verdict is ${report.verdict} (${report.reason}).`);
  }
  const missing = request.required.filter((name) => !report.stages.some((stage) => stage.name === name && stage.verdict === 'passed'));
  if (missing.length > 0)
    return refuse('evidence-incomplete', `The evidence has no ${missing.join(' and no ')}: run the gates of every stage.`);
  const made = qualifiedAt(report);
  const age = request.now.getTime() - made;
  if (!(age >= 0 && age <= request.maxEvidenceAgeMs)) {
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

function refuseByHistory(entries: readonly LedgerEntry[], request: PromotionRequest): Decision | null {
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
  return { allowed: true, from: known.digest, fromPackage: known.packageDigest, notes: [] };
}

function onTarget(target: TargetName): string {
  return target === 'twin' ? '' : ` --target ${target}`;
}

export interface RollbackRequest {
  readonly to: string;
  readonly reason: string;
  /** Whether the platform gives all requests to what the ledger says: not while a canary is under way, or when somebody moved it. */
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
  return { allowed: true, from: current?.digest ?? null, fromPackage: current?.packageDigest ?? null, notes: [] };
}
