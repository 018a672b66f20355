import type { LedgerEntry } from '../ledger/entry';
import { builtOf, canaryOf, type NamedRelease, previousProduction, productionOf, revocationOf, servedVersion } from '../ledger/history';
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

/** What a rollback takes out of production. */
export interface Left {
  /** What served all requests; null when it goes on: only a move that is under way is stopped. */
  readonly from: string | null;
  /** The canary that is ended; null when none is under way. */
  readonly canary: string | null;
}

export type RollbackOutcome =
  | { readonly kind: 'refused'; readonly decision: Refusal }
  | ({ readonly kind: 'would-roll-back' } & Left)
  | ({ readonly kind: 'rolled-back'; readonly production: TierDescription } & Left);

/**
 * Where a rollback goes when nobody says where: one step back. While something is moving production, or has moved it past
 * the ledger, that is what it serves by the ledger; else, and when the alias is there already, what it served before.
 * @returns null when production served nothing else
 * @throws AwsError when the alias cannot be read
 */
export async function oneStepBack(target: Target, entries: readonly LedgerEntry[]): Promise<string | null> {
  const serving = productionOf(entries);
  const before = previousProduction(entries);
  if (serving === null) return null;
  if ((await canaryUnderWay(target, entries)) !== null) return serving.digest;
  const { main, whole } = await target.traffic('production');
  if (main === null || (main === serving.packageDigest && whole)) return before;
  // A promotion on record whose alias has not followed: who rolls back wants away from it.
  if (before !== null && main === packageOf(entries, before)) return before;
  return serving.digest;
}

/**
 * Takes production back to a digest that it served before. What is left is revoked, a canary that is under way too, and nothing
 * is promoted until a person clears the hold. To what production serves by the ledger it goes only when something is moving
 * it, or has moved it past the ledger; then that goes on.
 */
export async function rollBack(request: RollbackRequest): Promise<RollbackOutcome> {
  const { target, workspace, to, who, reason } = request;
  const entries = await workspace.ledger.read();
  const serving = productionOf(entries);
  const canary = await canaryUnderWay(target, entries);
  const whole = serving !== null && canary === null && (await servesWhole(target, serving.packageDigest));
  const decision = guardRollback(entries, { to, reason, whole });
  if (!decision.allowed) return { kind: 'refused', decision };
  const kept = await releaseToRestore(request, entries);
  if (serving === null) throw new Error('production serves nothing that could be left');
  if (request.dryRun) return { kind: 'would-roll-back', ...leftBy(to, serving, canary) };
  // Before the alias moves: should anything fail now, what is known to be bad can at least not be promoted again.
  for (const bad of [canary, serving]) {
    if (bad !== null && bad.digest !== to) await workspace.ledger.append(newEntry(target.name, bad, { kind: 'revocation', who, reason }));
  }
  await workspace.ledger.append(newEntry(target.name, serving, { kind: 'hold', who, reason }));
  // No promotion gets its entry past the hold, but one may have before it: then that is what is left.
  const held = await workspace.ledger.read();
  const now = productionOf(held) ?? serving;
  if (now.digest !== to && revocationOf(held, now.digest) === null)
    await workspace.ledger.append(newEntry(target.name, now, { kind: 'revocation', who, reason }));
  const production = await target.restore('production', kept, servedVersion(entries, to));
  if (production.servingDigest !== kept.packageDigest)
    throw new DeployFailedError(`production serves ${production.servingDigest} although ${kept.packageDigest} was asked for`);
  const { version } = production.identity;
  const left = leftBy(to, now, canary);
  const event =
    left.from === null
      ? ({ kind: 'restoration', who, reason } as const)
      : ({ kind: 'rollback', from: left.from, who, reason, version } as const);
  await workspace.ledger.append(newEntry(target.name, kept, event));
  return { kind: 'rolled-back', ...left, production };
}

/**
 * The canary that a rollback has to end. One on record whose share the platform has taken back by itself, its promoter being no
 * more, is none: ending it would leave a bad production where it is, and revoke a release that nobody has found bad. One that was
 * only just announced looks the same; its promoter finds out when it asks to confirm, which the hold of this rollback refuses.
 */
async function canaryUnderWay(target: Target, entries: readonly LedgerEntry[]): Promise<ReturnType<typeof canaryOf>> {
  const begun = canaryOf(entries);
  if (begun === null) return null;
  const traffic = await target.traffic('production').catch(() => null);
  return traffic?.whole && traffic.main === productionOf(entries)?.packageDigest ? null : begun;
}

function leftBy(to: string, { digest }: NamedRelease, canary: ReturnType<typeof canaryOf>): Left {
  const ended = canary === null || canary.digest === digest ? null : canary.digest;
  return { from: digest === to ? null : digest, canary: ended };
}

/** Whether production is at rest with a package. What cannot be described is not: the way back is open then. */
async function servesWhole(target: Target, packageDigest: string): Promise<boolean> {
  const production = await target.describe('production').catch(() => null);
  return production?.servingDigest === packageDigest;
}

function packageOf(entries: readonly LedgerEntry[], digest: string): string {
  return builtOf(entries, digest)?.packageDigest ?? digest;
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
