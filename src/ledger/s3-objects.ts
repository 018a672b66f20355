import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { digestOfBytes, ObjectMissingError, type ObjectStore } from './objects';
import { checksumOf, isAbsent, isTaken, lostTheRace, objectAt, reach, type S3Place, urlOf } from './s3-place';

/** Tries of one write that met another at the same moment. */
const PUT_ATTEMPTS = 5;

export interface S3ObjectsPlace extends S3Place {
  /** Where what is asked for is downloaded to. */
  readonly directory: string;
}

/**
 * Kept files as objects `objects/<sha256>`, only ever created.
 * Besides what an ObjectStore throws: LedgerUnreadableError when S3 cannot be read or written.
 */
export function s3Objects(place: S3ObjectsPlace): ObjectStore {
  return {
    async put(bytes) {
      const digest = digestOfBytes(bytes);
      await reach(`write ${urlOf(place, keyOf(digest))}`, () => create(place, keyOf(digest), bytes));
      return digest;
    },
    async path(digest) {
      const file = join(place.directory, hexOf(digest));
      const here = await readFile(file).catch(() => null);
      if (here !== null && digestOfBytes(here) === digest) return file;
      const bytes = await download(place, digest);
      if (digestOfBytes(bytes) !== digest) {
        throw new ObjectMissingError(`${urlOf(place, keyOf(digest))} does not match its digest: it was altered`);
      }
      await mkdir(place.directory, { recursive: true });
      const draft = `${file}.${randomUUID()}.tmp`;
      await writeFile(draft, bytes, { flush: true });
      await rename(draft, file);
      return file;
    },
  };
}

/** One that is there already has this content by its name; whoever reads it looks. */
async function create(place: S3Place, key: string, bytes: Uint8Array): Promise<void> {
  const put = { ...objectAt(place, key), Body: bytes, ChecksumSHA256: checksumOf(bytes), IfNoneMatch: '*' };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return void (await place.s3.send(new PutObjectCommand(put)));
    } catch (error) {
      if (isTaken(error)) return;
      if (!lostTheRace(error) || attempt === PUT_ATTEMPTS) throw error;
    }
  }
}

async function download(place: S3Place, digest: string): Promise<Uint8Array> {
  const bytes = await reach(`read ${urlOf(place, keyOf(digest))}`, async () => {
    try {
      const { Body } = await place.s3.send(new GetObjectCommand(objectAt(place, keyOf(digest))));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  });
  if (bytes === null) throw new ObjectMissingError(`${digest} is not kept in ${urlOf(place, 'objects/')}`);
  return bytes;
}

const hexOf = (digest: string): string => digest.replace(/^sha256:/, '');
const keyOf = (digest: string): string => `objects/${hexOf(digest)}`;
