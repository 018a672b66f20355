import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { NewEntry } from '../../src/ledger/entry';

export const BUCKET = 'ledger';
export const PREFIX = 'check-in/';

/** Settings as src/aws/clients.ts makes them, but for the address. */
export function s3At(url: string): S3Client {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new S3Client({ endpoint: url, forcePathStyle: true, region: 'eu-west-1', credentials, maxAttempts: 6 });
}

export const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

export function installation(letter: string): NewEntry {
  const event = { kind: 'installation', reason: 'first' } as const;
  return { at: '2026-01-01T00:00:00.000Z', target: 'aws', digest: digest(letter), commit: 'c0', event };
}

/** The bucket as somebody with the console sees and changes it. */
export function byHand(s3: S3Client) {
  const at = (name: string) => ({ Bucket: BUCKET, Key: `${PREFIX}${name}` });
  return {
    read: async (name: string) => (await (await s3.send(new GetObjectCommand(at(name)))).Body?.transformToString()) ?? '',
    write: (name: string, text: string) => s3.send(new PutObjectCommand({ ...at(name), Body: text })),
    remove: (name: string) => s3.send(new DeleteObjectCommand(at(name))),
    names: async () => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: PREFIX }));
      return Contents.map(({ Key = '' }) => Key.slice(PREFIX.length));
    },
  };
}
