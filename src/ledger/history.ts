import type { GateReport } from '../gates/report-schema';
import type { LedgerEntry, LedgerEvent } from './entry';

/** Events that say what production serves from then on. */
const MOVES: readonly string[] = ['installation', 'promotion', 'rollback', 'canary-rolled-back'];

/** A release by its three names. */
export interface NamedRelease {
  readonly digest: string;
  /** What the platform calls it; the digest itself where releases are packages (the twin). */
  readonly packageDigest: string;
  readonly commit: string;
}

/** What production runs according to the ledger; null when it is empty. */
export function productionOf(entries: readonly LedgerEntry[]): NamedRelease | null {
  const last = entries.findLast(({ event }) => MOVES.includes(event.kind));
  if (last === undefined) return null;
  if (last.event.kind !== 'canary-rolled-back') return named(entries, last.digest, last.commit);
  const { kept } = last.event;
  return named(entries, kept, entries.findLast(({ digest }) => digest === kept)?.commit ?? 'none');
}

function named(entries: readonly LedgerEntry[], digest: string, commit: string): NamedRelease {
  return { digest, packageDigest: builtOf(entries, digest)?.packageDigest ?? digest, commit };
}

/** How a release that is an assembly was kept; null for one that is a package. */
export function builtOf(entries: readonly LedgerEntry[], digest: string): Extract<LedgerEvent, { kind: 'built' }> | null {
  const found = entries.findLast((entry) => entry.digest === digest && entry.event.kind === 'built');
  return found?.event.kind === 'built' ? found.event : null;
}

/** The platform's version that a digest was last seen serving as; null when nobody wrote it down. */
export function servedVersion(entries: readonly LedgerEntry[], digest: string): string | null {
  const versions = entries.flatMap((entry) =>
    entry.digest === digest && 'version' in entry.event && entry.event.version !== undefined ? [entry.event.version] : [],
  );
  return versions.at(-1) ?? null;
}

/** Whether a digest ever served production. */
export function servedProduction(entries: readonly LedgerEntry[], digest: string): boolean {
  return replayMoves(entries).served.includes(digest);
}

/** The canary that is under way by the ledger, also when whoever began it is no more; null when none is. */
export function canaryOf(entries: readonly LedgerEntry[]): Pick<NamedRelease, 'digest' | 'commit'> | null {
  const last = entries.findLast(({ event }) => event.kind === 'canary-begun' || event.kind === 'restoration' || MOVES.includes(event.kind));
  return last?.event.kind === 'canary-begun' ? { digest: last.digest, commit: last.commit } : null;
}

/** The revocation in force for a digest, if any. Revocations are for ever: a mended release has another digest. */
export function revocationOf(entries: readonly LedgerEntry[], digest: string): { readonly reason: string; readonly at: string } | null {
  const found = entries.findLast((entry) => entry.digest === digest && entry.event.kind === 'revocation');
  return found?.event.kind === 'revocation' ? { reason: found.event.reason, at: found.at } : null;
}

/** The hold in force, if any. */
export function holdOf(entries: readonly LedgerEntry[]): { readonly reason: string; readonly at: string } | null {
  const last = entries.findLast(({ event }) => event.kind === 'hold' || event.kind === 'hold-cleared');
  return last?.event.kind === 'hold' ? { reason: last.event.reason, at: last.at } : null;
}

/** The newest gate report of a digest: a later failing check takes an earlier pass back. */
export function latestReport(entries: readonly LedgerEntry[], digest: string): GateReport | null {
  const found = entries.findLast((entry) => entry.digest === digest && entry.event.kind === 'gate-report');
  return found?.event.kind === 'gate-report' ? found.event.report : null;
}

/**
 * The digest that production served before it came to what it serves now, which is where a rollback goes by default. What
 * was left by a rollback was left on purpose: another one never goes forward.
 */
export function previousProduction(entries: readonly LedgerEntry[]): string | null {
  const { way } = replayMoves(entries);
  return way.slice(0, -1).findLast((digest) => digest !== way.at(-1) && revocationOf(entries, digest) === null) ?? null;
}

/**
 * The promotions that moved production, oldest first, each with its place among the entries: one whose canary was taken back was none.
 */
export function promotionsOf(entries: readonly LedgerEntry[]): readonly { readonly digest: string; readonly at: number }[] {
  const promotions: { readonly digest: string; readonly at: number }[] = [];
  for (const [at, { digest, event }] of entries.entries()) {
    if (event.kind === 'promotion') promotions.push({ digest, at });
    else if (event.kind === 'canary-rolled-back' && promotions.at(-1)?.digest === digest && event.kept !== digest) promotions.pop();
  }
  return promotions;
}

interface Moves {
  /** How production came to what it serves now, which is the last: without what rollbacks left. */
  readonly way: readonly string[];
  /** All that ever served, in order. */
  readonly served: readonly string[];
}

/** What truly served: a promotion is on record before production moves, and is no move when its canary was taken back. */
function replayMoves(entries: readonly LedgerEntry[]): Moves {
  const before: Moves = { way: [], served: [] };
  return entries.reduce(({ way, served }, { digest, event }) => {
    if (event.kind === 'rollback') return { way: backTo(way, digest), served: arrivedAt(served, digest) };
    if (event.kind === 'promotion' || event.kind === 'installation')
      return { way: arrivedAt(way, digest), served: arrivedAt(served, digest) };
    if (event.kind !== 'canary-rolled-back' || way.at(-1) === event.kept) return { way, served };
    const undone = served.at(-1) === digest ? served.slice(0, -1) : served;
    return { way: backTo(way, event.kept), served: arrivedAt(undone, event.kept) };
  }, before);
}

function arrivedAt(way: readonly string[], digest: string): readonly string[] {
  return way.at(-1) === digest ? way : [...way, digest];
}

function backTo(way: readonly string[], digest: string): readonly string[] {
  const at = way.lastIndexOf(digest);
  return at < 0 ? [...way, digest] : way.slice(0, at + 1);
}
