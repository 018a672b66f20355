import type { TargetName } from '../gates/vocabulary';
import type { Override, Refusal } from './decision';
import { guardOverride } from './override-guard';
import { newEntry } from './production';
import type { Workspace } from './workspace';

export interface OverrideAttempt {
  readonly target: TargetName;
  readonly workspace: Pick<Workspace, 'ledger'>;
  readonly commit: string;
  readonly override: Override;
  /** Of the policy: who may override. */
  readonly approvers: readonly string[];
}

/** Writes down that a person sets gates of a digest aside. The verdict stays what was measured; approval is still asked for. */
export async function overrideRelease({ target, workspace, commit, override, approvers }: OverrideAttempt): Promise<Refusal | null> {
  const refused = guardOverride(await workspace.ledger.read(), { ...override, approvers });
  if (refused !== null) return refused;
  await workspace.ledger.append(newEntry(target, { digest: override.digest, commit }, { kind: 'override', override }));
  return null;
}
