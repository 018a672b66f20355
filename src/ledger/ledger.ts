import type { LedgerEntry, NewEntry } from './entry';

/** The append-only record of what happened to each release. Adapters: a directory. */
export interface Ledger {
  /**
   * All entries in order, the chain of hashes checked.
   * @throws LedgerUnreadableError when an entry is missing, altered or not an entry.
   */
  read(): Promise<readonly LedgerEntry[]>;
  /**
   * Appends one entry. Two writers at once both succeed, one after the other.
   * @throws LedgerUnreadableError as `read` does: nothing is appended to a broken chain.
   */
  append(entry: NewEntry): Promise<LedgerEntry>;
}

/** The ledger cannot be believed. A guard that meets this refuses. */
export class LedgerUnreadableError extends Error {
  override readonly name = 'LedgerUnreadableError';
}
