import { cpSync, existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { directoryLedger } from '../../src/ledger/directory-ledger';
import { directoryObjects, ObjectMissingError } from '../../src/ledger/objects';
import { openAssembly } from '../../src/pipeline/assembly';
import { keepAssembly, keptAssembly } from '../../src/pipeline/assembly-archive';
import { newEntry } from '../../src/pipeline/production';
import { COMMIT, FILES, flipBit, PACKAGE_DIGEST, writeBuild } from './assembly-bench';

describe('an assembly that is kept', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'archive-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const workspace = () => ({ ledger: directoryLedger(join(directory, 'ledger')), objects: directoryObjects(join(directory, 'objects')) });
  const builtAt = async (out: string, files = FILES) => {
    await writeBuild(out, files);
    const opened = await openAssembly(out);
    if (!opened.ok) throw new Error(opened.message);
    return opened.release;
  };

  test('is had back after its build is gone, every file of it', async () => {
    const release = await builtAt(join(directory, 'out'));
    await keepAssembly(workspace(), release);
    rmSync(join(directory, 'out'), { recursive: true });
    const kept = await keptAssembly(workspace(), release.digest, join(directory, 'work'));
    expect(kept).toMatchObject({ digest: release.digest, packageDigest: PACKAGE_DIGEST, commit: COMMIT, entry: release.entry });
    expect(await openAssembly(join(kept.assembly.directory, '..'))).toMatchObject({ ok: true });
  });

  test('is the same archive wherever and whenever it was written, and is recorded once', async () => {
    const release = await builtAt(join(directory, 'out'));
    await keepAssembly(workspace(), release);
    cpSync(join(directory, 'out'), join(directory, 'again'), { recursive: true });
    utimesSync(join(directory, 'again', 'package.zip'), 1e9, 1e9);
    await keepAssembly(workspace(), await builtAt(join(directory, 'again')));
    const entries = await workspace().ledger.read();
    expect(entries.map(({ event, digest, target }) => [event.kind, digest, target])).toEqual([['built', release.digest, 'aws']]);
  });

  test('is not kept when it is not what was built any more', async () => {
    const release = await builtAt(join(directory, 'out'));
    flipBit(join(directory, 'out', 'assembly', 'CheckInStaging.template.json'));
    await expect(keepAssembly(workspace(), release)).rejects.toThrow(/file-differs.*CheckInStaging\.template\.json/);
    expect(await workspace().ledger.read()).toEqual([]);
  });

  test('that nobody kept is missing', async () => {
    await expect(keptAssembly(workspace(), PACKAGE_DIGEST, join(directory, 'work'))).rejects.toThrow(ObjectMissingError);
  });

  test('is missing when its archive was altered', async () => {
    const release = await builtAt(join(directory, 'out'));
    await keepAssembly(workspace(), release);
    const [entry] = await workspace().ledger.read();
    const archive = entry?.event.kind === 'built' ? entry.event.archive : '';
    flipBit(await workspace().objects.path(archive));
    await expect(keptAssembly(workspace(), release.digest, join(directory, 'work'))).rejects.toThrow(/was altered/);
  });

  /** A record that names an archive of other content: what it must be is in the digest, not in the record. */
  const recordAs = async (digest: string, archive: Uint8Array) =>
    workspace().ledger.append(
      newEntry(
        'aws',
        { digest, commit: COMMIT },
        { kind: 'built', packageDigest: PACKAGE_DIGEST, archive: await workspace().objects.put(archive) },
      ),
    );

  test('is not another one that the record names', async () => {
    const release = await builtAt(join(directory, 'out'));
    const other = await builtAt(join(directory, 'other'), { ...FILES, 'nested/readme.txt': 'other words' });
    await keepAssembly(workspace(), other);
    const [entry] = await workspace().ledger.read();
    if (entry?.event.kind !== 'built') throw new Error('not recorded');
    await workspace().ledger.append(newEntry('aws', release, { ...entry.event }));
    await expect(keptAssembly(workspace(), release.digest, join(directory, 'work'))).rejects.toThrow(`it holds ${other.digest}`);
  });

  test('cannot write outside of its directory', async () => {
    await recordAs(PACKAGE_DIGEST, zipSync({ '../escaped.txt': Buffer.from('x') }));
    await expect(keptAssembly(workspace(), PACKAGE_DIGEST, join(directory, 'work'))).rejects.toThrow('a path outside of it');
    expect(existsSync(join(directory, 'work', 'escaped.txt'))).toBe(false);
    writeFileSync(join(directory, 'work', 'escaped.txt'), '');
  });
});
