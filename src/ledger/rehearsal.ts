import type { LedgerEntry } from './entry';
import type { Ledger } from './ledger';
import { digestOfBytes, type ObjectStore } from './objects';

/** A ledger that shows what was appended to it and keeps none of it: for a command that is only to say what it would do. */
export function rehearsalLedger(ledger: Ledger): Ledger {
  const appended: LedgerEntry[] = [];
  return {
    read: async () => [...(await ledger.read()), ...appended],
    async append(entry, check) {
      const entries = [...(await ledger.read()), ...appended];
      check?.(entries);
      const whole: LedgerEntry = { schemaVersion: 1, sequence: entries.length + 1, ...entry, previous: null };
      appended.push(whole);
      return whole;
    },
  };
}

/** Objects that are read as they are and never added to. */
export function rehearsalObjects(objects: ObjectStore): ObjectStore {
  return { ...objects, put: async (bytes) => digestOfBytes(bytes) };
}
