import type { LedgerEntry, NewEntry } from './entry';

/**
 * The append-only record of what happened to each release. Adapters: a directory, S3.
 *
 * Each entry names the hash of the one before it; a head record beside them names the last. Entry first, head second: a
 * writer that breaks off in between leaves a head that is one entry behind, which readers accept and the next writer mends
 * before it writes. A head that names what is not there means that the end of the ledger was lost.
 */
export interface Ledger {
  /**
   * All entries in order, the chain of hashes and its end checked.
   * @throws LedgerUnreadableError when an entry is missing, altered or not an entry, or the store cannot be read.
   */
  read(): Promise<readonly LedgerEntry[]>;
  /**
   * Appends one entry. Two writers at once both succeed, one after the other. What it returns is stored.
   * @param check looks at all entries that this one would follow; when it throws, nothing is appended. Nothing comes between the two.
   * @throws LedgerUnreadableError as `read` does: nothing is appended to a broken chain.
   */
  append(entry: NewEntry, check?: (entries: readonly LedgerEntry[]) => void): Promise<LedgerEntry>;
}

/** The ledger cannot be believed. A guard that meets this refuses. */
export class LedgerUnreadableError extends Error {
  override readonly name = 'LedgerUnreadableError';
}
