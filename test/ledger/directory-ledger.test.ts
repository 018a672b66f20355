import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryLedger } from '../../src/ledger/directory-ledger';
import { entryHash, type NewEntry } from '../../src/ledger/entry';
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

const headOf = (text: string) => JSON.stringify({ schemaVersion: 1, sequence: JSON.parse(text).sequence, hash: entryHash(text) });

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

  describe('knows where it ends', () => {
    const at = (name: string) => join(directory, name);
    let ledger: ReturnType<typeof directoryLedger>;
    beforeEach(async () => {
      ledger = directoryLedger(directory);
      await ledger.append(installation('a'));
      await ledger.append(installation('b'));
    });

    test('in one file beside the entries', async () => {
      expect((await readdir(directory)).sort()).toEqual(['00000001.json', '00000002.json', 'head-00000002.json']);
    });

    test.each<[string, () => Promise<void>, RegExp]>([
      ['a lost last entry', () => rm(at('00000002.json')), /the last entry is missing: 2 were written/],
      [
        'two lost entries',
        async () => [await rm(at('00000001.json')), await rm(at('00000002.json'))].at(2),
        /the last 2 entries are missing/,
      ],
      [
        'an altered last entry',
        async () => writeFile(at('00000002.json'), (await readFile(at('00000002.json'), 'utf8')).replace('first', 'other')),
        /00000002\.json: is not the entry that the head record names/,
      ],
      ['a lost head', () => rm(at('head-00000002.json')), /head record is missing/],
      ['half a head', () => writeFile(at('head-00000002.json'), '{'), /head-00000002\.json: not JSON/],
    ])('so that %s is noticed, by readers and writers', async (_name, spoil, message) => {
      await spoil();
      await expect(ledger.read()).rejects.toThrow(message);
      await expect(ledger.append(installation('c'))).rejects.toThrow(message);
    });

    test('even when a writer broke off between its entry and the head', async () => {
      await ledger.append(installation('c'));
      await writeFile(at('head-00000002.json'), headOf(await readFile(at('00000002.json'), 'utf8')));
      await rm(at('head-00000003.json'));
      expect(await ledger.read()).toHaveLength(3);
      await ledger.append(installation('d'));
      expect((await readdir(directory)).filter((name) => name.startsWith('head'))).toEqual(['head-00000004.json']);
      expect(await ledger.read()).toHaveLength(4);
    });
  });
});
