import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChainStore, chainLedger } from '../../src/ledger/chain-ledger';
import { directoryLedger } from '../../src/ledger/directory-ledger';
import type { LedgerEntry, LedgerEvent, NewEntry } from '../../src/ledger/entry';
import { rehearsalLedger } from '../../src/ledger/rehearsal';

const entryOf = (event: LedgerEvent): NewEntry => ({
  at: '2026-01-01T00:00:00.000Z',
  target: 'twin',
  digest: `sha256:${'a'.repeat(64)}`,
  commit: 'c0',
  event,
});
const hold = entryOf({ kind: 'hold', who: 'r', reason: 'x' });
const promotion = entryOf({ kind: 'promotion', from: null });
const unlessHeld = (entries: readonly LedgerEntry[]): void => {
  if (entries.some(({ event }) => event.kind === 'hold')) throw new Error('held');
};

describe('an entry with a check', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'checked-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  test.each<[string, boolean]>([
    ['the ledger', false],
    ['a rehearsal of it', true],
  ])('is appended to %s when the check says nothing, and is not when it throws', async (_what, rehearsal) => {
    const ledger = rehearsal ? rehearsalLedger(directoryLedger(directory)) : directoryLedger(directory);
    await ledger.append(promotion, unlessHeld);
    await ledger.append(hold);
    await expect(ledger.append(promotion, unlessHeld)).rejects.toThrow('held');
    expect((await ledger.read()).map(({ event }) => event.kind)).toEqual(['promotion', 'hold']);
  });

  test('is checked again when another writer was first', async () => {
    const texts: string[] = [];
    const stored = () => texts.map((text, index) => ({ place: `memory ${index + 1}`, sequence: index + 1, text }));
    const store: ChainStore = {
      place: 'memory',
      head: async () => null,
      entries: async () => stored(),
      create: async (sequence, text) => {
        if (texts.length >= sequence) return false;
        texts.push(text);
        return true;
      },
      advance: async () => undefined,
    };
    const first = chainLedger(store);
    const second = chainLedger({
      ...store,
      create: async (sequence, text) => {
        if (texts.length === 0) await first.append(hold);
        return store.create(sequence, text);
      },
    });
    await expect(second.append(promotion, unlessHeld)).rejects.toThrow('held');
    expect(texts).toHaveLength(1);
  });
});
