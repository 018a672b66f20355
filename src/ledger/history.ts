import type { GateReport } from '../gates/report-schema';
import type { LedgerEntry } from './entry';

/** What production runs according to the ledger; null when it is empty. */
export function productionOf(entries: readonly LedgerEntry[]): { readonly digest: string; readonly commit: string } | null {
  const last = entries.findLast(({ event }) => event.kind === 'promotion' || event.kind === 'rollback' || event.kind === 'installation');
  return last ? { digest: last.digest, commit: last.commit } : null;
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

/** The digest that production served before `current`, which is where a rollback goes by default. */
export function previousProduction(entries: readonly LedgerEntry[]): string | null {
  const current = productionOf(entries);
  const revoked = (digest: string) => revocationOf(entries, digest) !== null;
  const before = entries.findLast(
    ({ digest, event }) => (event.kind === 'promotion' || event.kind === 'installation') && digest !== current?.digest && !revoked(digest),
  );
  return before?.digest ?? null;
}
