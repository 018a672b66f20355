import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { LedgerUnreadableError } from '../../src/ledger/ledger';
import { ObjectMissingError, type ObjectStore } from '../../src/ledger/objects';
import { s3Objects } from '../../src/ledger/s3-objects';
import { type Moto, startMoto } from '../support/moto';
import { BUCKET, byHand, digest, PREFIX, s3At } from './s3-bench';
import { type S3Proxy, startS3Proxy } from './s3-proxy';

describe('kept files on S3', () => {
  let moto: Moto;
  let proxy: S3Proxy;
  let s3: S3Client;
  let directory: string;
  let store: ObjectStore;

  beforeAll(async () => {
    moto = await startMoto();
    proxy = await startS3Proxy(moto.url);
    s3 = s3At(proxy.url);
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }));
  });
  afterAll(async () => {
    s3.destroy();
    await proxy.close();
    await moto.close();
  });
  beforeEach(() => {
    proxy.interfere(null);
    proxy.seen.length = 0;
    directory = mkdtempSync(join(tmpdir(), 'objects-'));
    store = s3Objects({ s3, bucket: BUCKET, prefix: PREFIX, directory });
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test('are given back under the digest of their content, and kept once', async () => {
    const kept = await store.put(Buffer.from('package'));
    expect(await store.put(Buffer.from('package'))).toBe(kept);
    expect(readFileSync(await store.path(kept), 'utf8')).toBe('package');
    expect(await byHand(s3).names()).toEqual([`objects/${kept.slice('sha256:'.length)}`]);
    expect(proxy.seen.filter(({ method }) => method === 'PUT').map(({ headers }) => headers['if-none-match'])).toEqual(['*', '*']);
  });

  test('are not downloaded again, unless the copy was altered', async () => {
    const kept = await store.put(Buffer.from('package'));
    const file = await store.path(kept);
    proxy.seen.length = 0;
    await store.path(kept);
    expect(proxy.seen).toEqual([]);
    writeFileSync(file, 'another package');
    expect(readFileSync(await store.path(kept), 'utf8')).toBe('package');
  });

  test('are refused when their content changed on S3', async () => {
    const kept = await store.put(Buffer.from('evidence'));
    await byHand(s3).write(`objects/${kept.slice('sha256:'.length)}`, 'other evidence');
    await expect(store.path(kept)).rejects.toThrow(/was altered/);
  });

  test('that are absent are told from a store that cannot be read', async () => {
    await expect(store.path(digest('a'))).rejects.toThrow(ObjectMissingError);
    proxy.interfere(() => ({ status: 403, code: 'AccessDenied' }));
    await expect(store.path(digest('a'))).rejects.toThrow(LedgerUnreadableError);
    await expect(store.put(Buffer.from('x'))).rejects.toThrow(/Could not write s3:.*The role lacks this right/);
  });

  test('that two writers keep in the same moment are kept', async () => {
    let conflicts = 0;
    proxy.interfere(() => (conflicts++ === 0 ? { status: 409, code: 'ConditionalRequestConflict' } : null));
    const kept = await store.put(Buffer.from('at once'));
    expect(readFileSync(await store.path(kept), 'utf8')).toBe('at once');
  });
});
