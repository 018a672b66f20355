import type { Baseline } from '../gates/baseline';
import { canonicalJson } from '../gates/canonical';
import { evaluate } from '../gates/evaluate';
import type { Evidence, StageEvidence } from '../gates/evidence-schema';
import type { Policy } from '../gates/policy/policy';
import type { GateReport } from '../gates/report-schema';
import type { ProfileName, StageName, TargetName } from '../gates/vocabulary';
import type { ReleasePackage } from '../targets/target';
import { iso } from './clock';
import { newEntry } from './production';
import { scaleOf } from './run-scale';
import type { Fault } from './stage-run';
import type { Workspace } from './workspace';

/** Evidence and the report that follows from it. */
export interface Judged {
  readonly evidence: Evidence;
  readonly report: GateReport;
  /** What it was judged against, whether any of it could be compared or not. */
  readonly baseline: Baseline | null;
}

export interface RunFacts {
  readonly target: TargetName;
  readonly release: ReleasePackage;
  readonly policy: Policy;
  readonly policyDigest: string;
  readonly profile: ProfileName;
  readonly toolVersion: string;
  readonly baseline: Baseline | null;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds at which the newest of the evidence was made. */
  readonly finishedAt: number;
  readonly environmentsStarted: number | null;
  /** Why the run could not go on. */
  readonly fault?: Fault | null;
}

/** Puts a run's stages together as evidence and judges it. */
export function judgeRun(facts: RunFacts, planned: readonly StageName[], stages: readonly StageEvidence[]): Judged {
  const { target, release, policy, policyDigest, profile, toolVersion, baseline } = facts;
  const evidence: Evidence = {
    schemaVersion: 1,
    toolVersion,
    target,
    profile,
    release: {
      entry: release.entry,
      commit: release.commit,
      digest: release.digest,
      packageDigest: release.packageDigest,
      assemblyDigest: release.assembly?.digest ?? null,
    },
    startedAt: iso(facts.startedAt),
    finishedAt: iso(facts.finishedAt),
    plannedStages: [...planned],
    stages: [...stages],
    ...(facts.fault ? { fault: facts.fault } : {}),
    scale: scaleOf(stages, policy, facts.environmentsStarted),
  };
  return { evidence, report: evaluate({ evidence, policy, policyDigest, toolVersion, baseline }), baseline };
}

/** Writes evidence and gate report into the ledger: what a guard will believe later. */
export async function recordRun(workspace: Workspace, { evidence, report }: Pick<Judged, 'evidence' | 'report'>): Promise<void> {
  const digest = await workspace.objects.put(Buffer.from(canonicalJson(evidence)));
  await workspace.ledger.append(newEntry(report.target, report.release, { kind: 'evidence', evidence: digest }));
  await workspace.ledger.append(newEntry(report.target, report.release, { kind: 'gate-report', report }));
}
