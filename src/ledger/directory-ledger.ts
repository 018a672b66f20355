import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entryHash, entrySchema, type LedgerEntry, type NewEntry } from './entry';
import { type Ledger, LedgerUnreadableError } from './ledger';

const FILE = /^(\d{8})\.json$/;
const APPEND_ATTEMPTS = 20;

interface Chain {
  readonly entries: readonly LedgerEntry[];
  readonly head: string | null;
}

/** A ledger as numbered files `00000001.json` in one directory. */
export function directoryLedger(directory: string): Ledger {
  return {
    read: async () => (await readChain(directory)).entries,
    append: (entry) => append(directory, entry),
  };
}

async function readChain(directory: string): Promise<Chain> {
  const names = (await listing(directory)).filter((name) => FILE.test(name)).sort();
  const entries: LedgerEntry[] = [];
  let head: string | null = null;
  for (const [index, name] of names.entries()) {
    const path = join(directory, name);
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw new LedgerUnreadableError(`${path}: cannot be read`, { cause });
    });
    const entry = parseEntry(text, path);
    if (entry.sequence !== index + 1 || name !== fileName(index + 1)) {
      throw new LedgerUnreadableError(`${path}: entry ${index + 1} of the ledger is missing`);
    }
    if (entry.previous !== head) {
      throw new LedgerUnreadableError(`${path}: does not follow from the entry before it; the ledger was altered`);
    }
    entries.push(entry);
    head = entryHash(text);
  }
  return { entries, head };
}

async function append(directory: string, entry: NewEntry): Promise<LedgerEntry> {
  await mkdir(directory, { recursive: true });
  for (let attempt = 0; attempt < APPEND_ATTEMPTS; attempt += 1) {
    const chain = await readChain(directory);
    const whole = entrySchema.parse({
      schemaVersion: 1,
      sequence: chain.entries.length + 1,
      ...entry,
      previous: chain.head,
    });
    if (await createWhole(join(directory, fileName(whole.sequence)), `${JSON.stringify(whole, null, 2)}\n`)) return whole;
  }
  throw new LedgerUnreadableError(`${directory}: ${APPEND_ATTEMPTS} other writers were first; try again`);
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

function parseEntry(text: string, path: string): LedgerEntry {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LedgerUnreadableError(`${path}: not JSON`, { cause });
  }
  const parsed = entrySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new LedgerUnreadableError(`${path}: not a ledger entry: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

async function listing(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw new LedgerUnreadableError(`${directory}: cannot be listed`, { cause: error });
  }
}

function fileName(sequence: number): string {
  return `${String(sequence).padStart(8, '0')}.json`;
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
