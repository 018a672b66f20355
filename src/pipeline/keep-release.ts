import type { LedgerEntry } from '../ledger/entry';
import { builtOf } from '../ledger/history';
import type { ReleasePackage } from '../targets/target';
import { keepAssembly, keptAssembly } from './assembly-archive';
import { keepPackage, keptPackage } from './production';
import type { Workspace } from './workspace';

/** Keeps what a release is deployed from, so that production can be taken to it and back to it later. */
export async function keepRelease(workspace: Workspace, release: ReleasePackage): Promise<void> {
  const { assembly } = release;
  await (assembly === null ? keepPackage(workspace, release) : keepAssembly(workspace, { ...release, assembly }));
}

/**
 * A release that was kept, every byte of it checked again.
 * @throws ObjectMissingError when it is absent or altered
 */
export async function keptRelease(
  workspace: Workspace,
  entries: readonly LedgerEntry[],
  digest: string,
  environment: Readonly<Record<string, string>>,
): Promise<ReleasePackage> {
  if (builtOf(entries, digest) !== null) return keptAssembly(workspace, digest, workspace.directory);
  return keptPackage(workspace, digest, entries.findLast((entry) => entry.digest === digest)?.commit ?? 'none', environment);
}
