import type { TargetName } from '../gates/vocabulary';
import { latestReport } from '../ledger/history';
import type { Refusal } from './decision';
import { aboutReport, guardOverride, type OverrideAsked } from './override-guard';
import { newEntry } from './production';
import type { Workspace } from './workspace';

export interface OverrideAttempt {
  readonly target: TargetName;
  readonly workspace: Pick<Workspace, 'ledger'>;
  readonly commit: string;
  readonly override: OverrideAsked;
  /** Of the policy: who may override. */
  readonly approvers: readonly string[];
}

/** Writes down that a person sets gates of a digest aside. The verdict stays what was measured; approval is still asked for. */
export async function overrideRelease({ target, workspace, commit, override, approvers }: OverrideAttempt): Promise<Refusal | null> {
  const entries = await workspace.ledger.read();
  const refused = guardOverride(entries, { ...override, approvers });
  if (refused !== null) return refused;
  const report = latestReport(entries, override.digest);
  const about = report === null ? {} : aboutReport(report);
  await workspace.ledger.append(
    newEntry(target, { digest: override.digest, commit }, { kind: 'override', override: { ...override, ...about } }),
  );
  return null;
}
