import { randomUUID } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { type Head, parseHead, type StoredEntry } from './chain';
import { chainLedger } from './chain-ledger';
import { type Ledger, LedgerUnreadableError } from './ledger';
import { checksumOf, isAbsent, lostTheRace, objectAt, reach, type S3Place, urlOf } from './s3-place';

const ENTRIES = 'entries/';
const ENTRY = /^(\d{8})\.json$/;
const HEAD = 'head.json';
/** Requests under way at once when entries are read. */
const PARALLEL_READS = 16;
const ADVANCE_ATTEMPTS = 10;
/** Metadata of an entry by which its writer knows it again. */
const WRITER = 'writer';

/** An entry that was read, for as long as S3 says that it is the same. */
type Known = Map<string, { readonly etag: string; readonly text: string }>;

/**
 * A ledger as objects `entries/00000001.json` and `head.json`. Entries are only ever created (`If-None-Match: *`), the head
 * record is only moved from what was read (`If-Match`). The caller needs s3:ListBucket, s3:GetObject and s3:PutObject, no more.
 */
export function s3Ledger(place: S3Place): Ledger {
  const known: Known = new Map();
  return chainLedger({
    place: urlOf(place),
    head: async () => (await readHead(place))?.record ?? null,
    entries: () => readEntries(place, known),
    create: (sequence, text) => create(place, `${ENTRIES}${String(sequence).padStart(8, '0')}.json`, text),
    advance: (record) => advance(place, record),
  });
}

async function readEntries(place: S3Place, known: Known): Promise<readonly StoredEntry[]> {
  const listed = await list(place);
  const entries: StoredEntry[] = [];
  for (let at = 0; at < listed.length; at += PARALLEL_READS) {
    entries.push(...(await Promise.all(listed.slice(at, at + PARALLEL_READS).map((each) => readEntry(place, each, known)))));
  }
  return entries;
}

interface Listed {
  readonly key: string;
  readonly sequence: number;
  readonly etag: string;
}

/** Pages of at most 1,000 keys, in the order of their names. */
async function list(place: S3Place): Promise<readonly Listed[]> {
  const { Bucket, Key: Prefix, ...owner } = objectAt(place, ENTRIES);
  const listed: Listed[] = [];
  let token: string | undefined;
  do {
    const page = await reach(`list ${urlOf(place, ENTRIES)}`, () =>
      place.s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken: token, ...owner })),
    );
    for (const { Key = '', ETag = '' } of page.Contents ?? []) {
      const name = Key.slice(Prefix.length);
      const sequence = ENTRY.exec(name)?.[1];
      if (sequence !== undefined) listed.push({ key: `${ENTRIES}${name}`, sequence: Number(sequence), etag: ETag });
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return listed;
}

async function readEntry(place: S3Place, { key, sequence, etag }: Listed, known: Known): Promise<StoredEntry> {
  const before = known.get(key);
  const text = before?.etag === etag ? before.text : (await get(place, key))?.text;
  if (text === undefined) throw new LedgerUnreadableError(`${urlOf(place, key)}: was there a moment ago and is missing`);
  known.set(key, { etag, text });
  return { place: urlOf(place, key), sequence, text };
}

async function readHead(place: S3Place): Promise<{ readonly record: Head; readonly etag: string } | null> {
  const found = await get(place, HEAD);
  return found === null ? null : { record: parseHead(found.text, urlOf(place, HEAD)), etag: found.etag };
}

interface Got {
  readonly text: string;
  readonly etag: string;
  readonly writer: string | null;
}

async function get(place: S3Place, key: string): Promise<Got | null> {
  return reach(`read ${urlOf(place, key)}`, async () => {
    try {
      const { Body, ETag = '', Metadata } = await place.s3.send(new GetObjectCommand(objectAt(place, key)));
      return { text: (await Body?.transformToString('utf8')) ?? '', etag: ETag, writer: Metadata?.[WRITER] ?? null };
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  });
}

/** An answer may be lost on its way: the entry that is there, or seems not to be, may be ours all the same. */
async function create(place: S3Place, key: string, text: string): Promise<boolean> {
  const writer = randomUUID();
  try {
    await put(place, key, text, { IfNoneMatch: '*', Metadata: { [WRITER]: writer } });
    return true;
  } catch (error) {
    const isOurs = (await get(place, key))?.writer === writer;
    if (isOurs || lostTheRace(error)) return isOurs;
    return reach(`write ${urlOf(place, key)}`, () => Promise.reject(error));
  }
}

async function advance(place: S3Place, record: Head): Promise<void> {
  const text = `${JSON.stringify(record, null, 2)}\n`;
  for (let attempt = 0; attempt < ADVANCE_ATTEMPTS; attempt += 1) {
    const head = await readHead(place);
    if (head !== null && head.record.sequence >= record.sequence) return;
    try {
      return await put(place, HEAD, text, head === null ? { IfNoneMatch: '*' } : { IfMatch: head.etag });
    } catch (error) {
      if (!lostTheRace(error)) return reach(`write ${urlOf(place, HEAD)}`, () => Promise.reject(error));
    }
  }
  throw new LedgerUnreadableError(`${urlOf(place, HEAD)}: ${ADVANCE_ATTEMPTS} other writers were first; try again`);
}

type Condition = Pick<PutObjectCommand['input'], 'IfMatch' | 'IfNoneMatch' | 'Metadata'>;

async function put(place: S3Place, key: string, text: string, condition: Condition): Promise<void> {
  const ChecksumSHA256 = checksumOf(Buffer.from(text));
  await place.s3.send(
    new PutObjectCommand({ ...objectAt(place, key), Body: text, ContentType: 'application/json', ChecksumSHA256, ...condition }),
  );
}
