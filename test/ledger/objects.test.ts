import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { directoryObjects, ObjectMissingError } from '../../src/ledger/objects';

describe('object store', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'objects-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('gives back what was put, under the digest of its content', async () => {
    const store = directoryObjects(directory);
    const digest = await store.put(Buffer.from('package'));
    expect(await store.path(digest)).toContain(digest.slice('sha256:'.length));
  });

  test('refuses an object whose content changed', async () => {
    const store = directoryObjects(directory);
    const digest = await store.put(Buffer.from('package'));
    await writeFile(await store.path(digest), 'another package');
    await expect(store.path(digest)).rejects.toThrow(/was altered/);
  });

  test('says which object is absent', async () => {
    await expect(directoryObjects(directory).path(`sha256:${'a'.repeat(64)}`)).rejects.toThrow(ObjectMissingError);
  });
});
