import { productionOf } from '../ledger/history';
import type { Target, TierDescription } from '../targets/target';
import { type Decision, guardRollback } from './guards';
import { keptRelease } from './keep-release';
import { newEntry } from './production';
import type { Workspace } from './workspace';

export interface RollbackRequest {
  readonly target: Target;
  readonly workspace: Workspace;
  readonly to: string;
  readonly who: string;
  readonly reason: string;
  readonly environment: Readonly<Record<string, string>>;
}

export type RollbackOutcome =
  | { readonly kind: 'refused'; readonly decision: Extract<Decision, { allowed: false }> }
  | { readonly kind: 'rolled-back'; readonly from: string | null; readonly production: TierDescription };

/**
 * Takes production back to a digest that it served before. The digest that is left is revoked, and nothing
 * is promoted until a person clears the hold.
 */
export async function rollBack(request: RollbackRequest): Promise<RollbackOutcome> {
  const { target, workspace, to, who, reason } = request;
  const entries = await workspace.ledger.read();
  const decision = guardRollback(entries, { to, reason });
  if (!decision.allowed) return { kind: 'refused', decision };
  const kept = await keptRelease(workspace, entries, to, request.environment);
  const left = productionOf(entries);
  if (left === null) throw new Error('production serves nothing that could be left');
  // Before the alias moves: should anything fail now, what is known to be bad can at least not be promoted again.
  await workspace.ledger.append(newEntry(target.name, left, { kind: 'revocation', who, reason }));
  await workspace.ledger.append(newEntry(target.name, left, { kind: 'hold', who, reason }));
  const production = await target.restore('production', kept);
  if (production.servingDigest !== kept.packageDigest)
    throw new Error(`production serves ${production.servingDigest} although ${kept.packageDigest} was asked for`);
  await workspace.ledger.append(newEntry(target.name, kept, { kind: 'rollback', from: left.digest, who, reason }));
  return { kind: 'rolled-back', from: decision.from, production };
}

export interface RedeployRequest {
  readonly target: Target;
  readonly workspace: Workspace;
  readonly who: string;
  readonly reason: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The second step of a rollback, where infrastructure is deployed with a release: brings production's to the release that serves.
 * What serves does not change.
 * @returns the release; null when the ledger holds no production
 */
export async function redeploy(
  request: RedeployRequest,
): Promise<{ readonly digest: string; readonly production: TierDescription } | null> {
  const { target, workspace, who, reason } = request;
  const entries = await workspace.ledger.read();
  const serving = productionOf(entries);
  if (serving === null) return null;
  const kept = await keptRelease(workspace, entries, serving.digest, request.environment);
  const production = await target.redeploy('production', kept);
  await workspace.ledger.append(newEntry(target.name, kept, { kind: 'redeployment', who, reason }));
  return { digest: serving.digest, production };
}
