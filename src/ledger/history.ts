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
  return entries.some((entry) => entry.digest === digest && (entry.event.kind === 'promotion' || entry.event.kind === 'installation'));
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
 * came later was left on purpose: a second rollback never goes forward.
 */
export function previousProduction(entries: readonly LedgerEntry[]): string | null {
  const current = productionOf(entries);
  if (current === null) return null;
  const served = ({ event }: LedgerEntry) => event.kind === 'promotion' || event.kind === 'installation';
  const since = entries.findLastIndex((entry) => entry.digest === current.digest && served(entry));
  const before = entries
    .slice(0, Math.max(0, since))
    .findLast((entry) => served(entry) && entry.digest !== current.digest && revocationOf(entries, entry.digest) === null);
  return before?.digest ?? null;
}
