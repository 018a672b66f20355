import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Head, parseHead, type StoredEntry } from './chain';
import { chainLedger } from './chain-ledger';
import { type Ledger, LedgerUnreadableError } from './ledger';

const ENTRY = /^(\d{8})\.json$/;
const HEAD = /^head-(\d{8})\.json$/;

/** A ledger as numbered files `00000001.json` in one directory; the highest `head-00000001.json` is the head record. */
export function directoryLedger(directory: string): Ledger {
  return chainLedger({
    place: directory,
    head: () => head(directory),
    entries: async () => Promise.all((await numbered(directory, ENTRY)).map(({ name, sequence }) => stored(directory, name, sequence))),
    async create(sequence, text) {
      await mkdir(directory, { recursive: true });
      return createWhole(join(directory, `${eight(sequence)}.json`), text);
    },
    async advance(record) {
      await createWhole(join(directory, headName(record.sequence)), `${JSON.stringify(record, null, 2)}\n`);
      const passed = (await numbered(directory, HEAD)).slice(0, -1);
      for (const { name } of passed) await rm(join(directory, name), { force: true });
    },
  });
}

async function head(directory: string): Promise<Head | null> {
  for (;;) {
    const last = (await numbered(directory, HEAD)).at(-1);
    if (last === undefined) return null;
    const path = join(directory, last.name);
    try {
      return parseHead(await readFile(path, 'utf8'), path);
    } catch (error) {
      // Another writer has put a later one in its place.
      if (hasCode(error, 'ENOENT')) continue;
      throw error instanceof LedgerUnreadableError ? error : new LedgerUnreadableError(`${path}: cannot be read`, { cause: error });
    }
  }
}

async function stored(directory: string, name: string, sequence: number): Promise<StoredEntry> {
  const place = join(directory, name);
  const text = await readFile(place, 'utf8').catch((cause: unknown) => {
    throw new LedgerUnreadableError(`${place}: cannot be read`, { cause });
  });
  return { place, sequence, text };
}

/** `link` fails when the name exists and never shows a half-written file, unlike opening with `wx`. */
async function createWhole(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}.tmp`;
  await writeFile(draft, text, { flush: true });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

interface Numbered {
  readonly name: string;
  readonly sequence: number;
}

/** Files whose name has the form of `pattern`, in order. */
async function numbered(directory: string, pattern: RegExp): Promise<readonly Numbered[]> {
  const found = (await listing(directory)).sort().map((name) => ({ name, number: pattern.exec(name)?.[1] }));
  return found.flatMap(({ name, number }) => (number === undefined ? [] : [{ name, sequence: Number(number) }]));
}

async function listing(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw new LedgerUnreadableError(`${directory}: cannot be listed`, { cause: error });
  }
}

function headName(sequence: number): string {
  return `head-${eight(sequence)}.json`;
}

function eight(sequence: number): string {
  return String(sequence).padStart(8, '0');
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
