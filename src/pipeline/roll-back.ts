import type { LedgerEntry } from '../ledger/entry';
import { builtOf, productionOf, servedVersion } from '../ledger/history';
import { DeployFailedError, type ReleasePackage, type Target, type TierDescription } from '../targets/target';
import type { Refusal } from './decision';
import { guardRollback } from './guards';
import { keptRelease } from './keep-release';
import { newEntry } from './production';
import type { Workspace } from './workspace';

interface Request {
  readonly target: Target;
  readonly workspace: Workspace;
  readonly who: string;
  readonly reason: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface RollbackRequest extends Request {
  readonly to: string;
  /** Only says what would be done, after everything that can be looked at was looked at. */
  readonly dryRun?: boolean;
}

export type RollbackOutcome =
  | { readonly kind: 'refused'; readonly decision: Refusal }
  /** `from` is null when nothing is left: a move that is under way is stopped. */
  | { readonly kind: 'would-roll-back'; readonly from: string | null }
  /** As above, and done. */
  | { readonly kind: 'rolled-back'; readonly from: string | null; readonly production: TierDescription };

/**
 * Takes production back to a digest that it served before. The digest that is left is revoked, and nothing is promoted until
 * a person clears the hold. To what production serves by the ledger it goes only when something is moving it, or has moved it
 * past the ledger; then nothing is revoked.
 */
export async function rollBack(request: RollbackRequest): Promise<RollbackOutcome> {
  const { target, workspace, to, who, reason } = request;
  const entries = await workspace.ledger.read();
  const left = productionOf(entries);
  const whole = left !== null && (await servesWhole(target, left.packageDigest));
  const decision = guardRollback(entries, { to, reason, whole });
  if (!decision.allowed) return { kind: 'refused', decision };
  const kept = await releaseToRestore(request, entries);
  if (left === null) throw new Error('production serves nothing that could be left');
  const stays = left.digest === to;
  if (request.dryRun) return { kind: 'would-roll-back', from: stays ? null : left.digest };
  // Before the alias moves: should anything fail now, what is known to be bad can at least not be promoted again.
  if (!stays) await workspace.ledger.append(newEntry(target.name, left, { kind: 'revocation', who, reason }));
  await workspace.ledger.append(newEntry(target.name, left, { kind: 'hold', who, reason }));
  const production = await target.restore('production', kept, servedVersion(entries, to));
  if (production.servingDigest !== kept.packageDigest)
    throw new DeployFailedError(`production serves ${production.servingDigest} although ${kept.packageDigest} was asked for`);
  const { version } = production.identity;
  await workspace.ledger.append(
    newEntry(
      target.name,
      kept,
      stays ? { kind: 'restoration', who, reason } : { kind: 'rollback', from: left.digest, who, reason, version },
    ),
  );
  return { kind: 'rolled-back', from: stays ? null : left.digest, production };
}

/** Whether the platform gives all requests to a package. What cannot be described is not whole. */
export async function servesWhole(target: Target, packageDigest: string): Promise<boolean> {
  const production = await target.describe('production').catch(() => null);
  return production?.servingDigest === packageDigest;
}

/** Where a release is an assembly its version is still with the platform: the way back must not wait for an archive. */
async function releaseToRestore({ workspace, to, environment }: RollbackRequest, entries: readonly LedgerEntry[]): Promise<ReleasePackage> {
  const built = builtOf(entries, to);
  if (built === null) return keptRelease(workspace, entries, to, environment);
  const commit = entries.findLast(({ digest }) => digest === to)?.commit ?? 'none';
  return { digest: to, packageDigest: built.packageDigest, zipPath: '', assembly: null, entry: 'kept assembly', commit, environment: {} };
}

/**
 * The second step of a rollback, where infrastructure is deployed with a release: brings production's to the release that serves.
 * What serves does not change.
 * @returns the release; null when the ledger holds no production
 */
export async function redeploy(request: Request): Promise<{ readonly digest: string; readonly production: TierDescription } | null> {
  const { target, workspace, who, reason } = request;
  const entries = await workspace.ledger.read();
  const serving = productionOf(entries);
  if (serving === null) return null;
  const kept = await keptRelease(workspace, entries, serving.digest, request.environment);
  const production = await target.redeploy('production', kept);
  const { version } = production.identity;
  await workspace.ledger.append(newEntry(target.name, kept, { kind: 'redeployment', who, reason, version }));
  return { digest: serving.digest, production };
}
