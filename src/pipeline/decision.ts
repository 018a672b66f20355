import type { GateReport } from '../gates/report-schema';

/** Why a guard said no. A closed list: other tools read the codes. */
export type RefusalCode =
  | 'no-evidence'
  | 'verdict-not-passed'
  | 'evidence-of-another-release'
  | 'evidence-incomplete'
  | 'evidence-outdated'
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
  | 'ledger-unreadable'
  | 'override-expired'
  | 'override-invalid'
  | 'commit-dirty'
  | 'frozen'
  | 'freeze-unreadable'
  | 'another-pinned'
  | 'github-unreadable'
  | 'superseded'
  | 'lineage-diverged'
  | 'lineage-unknown'
  | 'not-on-default-branch'
  | 'hotfix-not-merged-back'
  | 'hotfix-on-default-branch'
  | 'hotfix-not-on-branch'
  | 'environment-unprotected'
  | 'approval-missing'
  | 'approval-rejected'
  | 'approval-of-another-attempt'
  | 'approver-is-author'
  | 'approver-overrode'
  | 'approver-not-listed'
  | 'author-unknown';

export type Override = NonNullable<GateReport['override']>;

export interface Refusal {
  readonly allowed: false;
  readonly code: RefusalCode;
  readonly message: string;
}

export interface Allowed {
  readonly allowed: true;
  /** What production serves by the ledger; null when it is empty. */
  readonly from: string | null;
  /** The same, as the platform calls it. */
  readonly fromPackage: string | null;
  readonly notes: readonly string[];
  /** In force and needed: the verdict alone would not have done. */
  readonly override: Override | null;
}

export type Decision = Allowed | Refusal;

export const refuse = (code: RefusalCode, message: string): Refusal => ({ allowed: false, code, message });
