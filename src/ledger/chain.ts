import { z } from 'zod';
import { digestSchema } from '../gates/evidence-schema';
import { entryHash, entrySchema, type LedgerEntry } from './entry';
import { LedgerUnreadableError } from './ledger';

/** An entry as it is stored. */
export interface StoredEntry {
  /** Where it is, for messages. */
  readonly place: string;
  /** As its name says. */
  readonly sequence: number;
  readonly text: string;
}

/** Which entry is the last. The chain of hashes alone does not tell when its end is lost or altered. */
export const headSchema = z.strictObject({
  schemaVersion: z.literal(1),
  sequence: z.number().int().positive(),
  hash: digestSchema,
});
export type Head = z.infer<typeof headSchema>;

/** Entries that were believed, each from the hash of the one before. */
export interface Chain {
  readonly entries: readonly LedgerEntry[];
  /** Hash of the last entry; null when there is none. */
  readonly hash: string | null;
}

/** A writer that broke off leaves one entry that the head does not know; no writer goes on before the head does. */
export const LARGEST_LAG = 1;

/** How many entries the head does not know; negative when entries that it knows are not there. */
export function lagOf(stored: readonly StoredEntry[], head: Head | null): number {
  return stored.length - (head?.sequence ?? 0);
}

/**
 * Checks that nothing is missing, at the end neither, and that nothing was altered.
 * @param stored ordered by name
 * @param place the ledger, for messages
 * @throws LedgerUnreadableError that names the first place which is wrong
 */
export function verifyChain(stored: readonly StoredEntry[], head: Head | null, place: string): Chain {
  const entries: LedgerEntry[] = [];
  let hash: string | null = null;
  for (const [index, { place: at, sequence, text }] of stored.entries()) {
    const entry = parsed(entrySchema, text, at, 'ledger entry');
    if (entry.sequence !== index + 1 || sequence !== index + 1) {
      throw new LedgerUnreadableError(`${at}: entry ${index + 1} of the ledger is missing`);
    }
    if (entry.previous !== hash) {
      throw new LedgerUnreadableError(`${at}: does not follow from the entry before it; the ledger was altered`);
    }
    entries.push(entry);
    hash = entryHash(text);
    if (head?.sequence === entry.sequence && head.hash !== hash) {
      throw new LedgerUnreadableError(`${at}: is not the entry that the head record names; the ledger was altered`);
    }
  }
  const lag = lagOf(stored, head);
  if (lag < 0) {
    throw new LedgerUnreadableError(
      `${place}: the last ${-lag === 1 ? 'entry is' : `${-lag} entries are`} missing: ${head?.sequence} were written`,
    );
  }
  if (lag > LARGEST_LAG) {
    throw new LedgerUnreadableError(
      head === null
        ? `${place}: the head record is missing, so that nobody can tell whether the last entries are; restore it, or start a new ledger`
        : `${place}: the head record names entry ${head.sequence} of ${stored.length}; it was set back`,
    );
  }
  return { entries, hash };
}

/** @throws LedgerUnreadableError when the head record is none. */
export function parseHead(text: string, place: string): Head {
  return parsed(headSchema, text, place, 'head record');
}

function parsed<T>(schema: z.ZodType<T>, text: string, place: string, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LedgerUnreadableError(`${place}: not JSON`, { cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new LedgerUnreadableError(`${place}: not a ${what}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}
