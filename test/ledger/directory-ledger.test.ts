import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryLedger } from '../../src/ledger/directory-ledger';
import type { NewEntry } from '../../src/ledger/entry';
import { LedgerUnreadableError } from '../../src/ledger/ledger';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

function installation(letter: string): NewEntry {
  return {
    at: '2026-01-01T00:00:00.000Z',
    target: 'twin',
    digest: digest(letter),
    commit: 'c0',
    event: { kind: 'installation', reason: 'first' },
  };
}

describe('directory ledger', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ledger-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('reads nothing from a directory that does not exist yet', async () => {
    expect(await directoryLedger(join(directory, 'none')).read()).toEqual([]);
  });

  test('each entry names the hash of the one before it', async () => {
    const ledger = directoryLedger(directory);
    await ledger.append(installation('a'));
    const second = await ledger.append(installation('b'));
    const entries = await ledger.read();
    expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(entries[0]?.previous).toBeNull();
    expect(second.previous).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('ten writers at once lose nothing', async () => {
    const ledger = directoryLedger(directory);
    await Promise.all(Array.from({ length: 10 }, (_, i) => ledger.append(installation('0123456789'.charAt(i)))));
    const entries = await ledger.read();
    expect(new Set(entries.map((entry) => entry.digest)).size).toBe(10);
    expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test.each<[string, (file: string) => Promise<void>, RegExp]>([
    ['an altered entry', async (file) => writeFile(file, (await readFile(file, 'utf8')).replace('first', 'other')), /was altered/],
    ['a removed entry', (file) => rm(file), /is missing/],
    ['a half-written entry', (file) => writeFile(file, '{"schemaVersion": 1'), /not JSON/],
    [
      'an entry with an unknown key',
      async (file) => writeFile(file, (await readFile(file, 'utf8')).replace('{', '{"extra": 1,')),
      /not a ledger entry/,
    ],
  ])('%s makes the whole ledger unreadable, for readers and writers', async (_name, spoil, message) => {
    const ledger = directoryLedger(directory);
    await ledger.append(installation('a'));
    await ledger.append(installation('b'));
    await spoil(join(directory, '00000001.json'));
    await expect(ledger.read()).rejects.toThrow(message);
    await expect(ledger.append(installation('c'))).rejects.toThrow(LedgerUnreadableError);
  });
});
