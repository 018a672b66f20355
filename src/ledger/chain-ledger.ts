import { setTimeout as pause } from 'node:timers/promises';
import { type Chain, type Head, LARGEST_LAG, lagOf, type StoredEntry, verifyChain } from './chain';
import { entryHash, entrySchema, type LedgerEntry, type NewEntry } from './entry';
import { type Ledger, LedgerUnreadableError } from './ledger';

const APPEND_ATTEMPTS = 20;
const READ_ATTEMPTS = 5;
/** The longest pause before another attempt, milliseconds for each attempt made. */
const BACKOFF_MS = 20;

/** Where entries and the head record are. What it cannot reach or read is a LedgerUnreadableError. */
export interface ChainStore {
  /** For messages. */
  readonly place: string;
  head(): Promise<Head | null>;
  /** All entries, ordered by name. */
  entries(): Promise<readonly StoredEntry[]>;
  /** Stores an entry that nobody has seen half written. @returns false when the sequence is taken */
  create(sequence: number, text: string): Promise<boolean>;
  /** Moves the head record forward to an entry; one that is there already or further stays. */
  advance(head: Head): Promise<void>;
}

/** The rules of a ledger over any store: one order for all writers, a chain of hashes, a head record. */
export function chainLedger(store: ChainStore): Ledger {
  return {
    read: async () => (await readChain(store)).entries,
    append: (entry, check) => append(store, entry, check),
  };
}

interface ReadChain extends Chain {
  readonly lag: number;
}

/** The head before the entries: what it names must be among them, whoever writes meanwhile. */
async function readChain(store: ChainStore): Promise<ReadChain> {
  for (let attempt = 1; ; attempt += 1) {
    const head = await store.head();
    const stored = await store.entries();
    const lag = lagOf(stored, head);
    // Others may have written between the two reads.
    if (lag > LARGEST_LAG && attempt < READ_ATTEMPTS) continue;
    return { ...verifyChain(stored, head, store.place), lag };
  }
}

async function append(store: ChainStore, entry: NewEntry, check?: Parameters<Ledger['append']>[1]): Promise<LedgerEntry> {
  for (let attempt = 0; attempt < APPEND_ATTEMPTS; attempt += 1) {
    if (attempt > 0) await pause(Math.random() * BACKOFF_MS * attempt);
    const { entries, hash, lag } = await readChain(store);
    // Again at each attempt: whoever was first may have written what the check is for.
    check?.(entries);
    // A writer before us broke off: its entry counts, and must be known to be there before another follows.
    if (lag > 0 && hash !== null) await store.advance(headAt(entries.length, hash));
    const whole = entrySchema.parse({ schemaVersion: 1, sequence: entries.length + 1, ...entry, previous: hash });
    const text = `${JSON.stringify(whole, null, 2)}\n`;
    if (!(await store.create(whole.sequence, text))) continue;
    // The entry is in, whatever becomes of the head: to say otherwise would be untrue, and the next writer mends it or stops.
    await store.advance(headAt(whole.sequence, entryHash(text))).catch(() => undefined);
    return whole;
  }
  throw new LedgerUnreadableError(`${store.place}: ${APPEND_ATTEMPTS} other writers were first; try again`);
}

function headAt(sequence: number, hash: string): Head {
  return { schemaVersion: 1, sequence, hash };
}
