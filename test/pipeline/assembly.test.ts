import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAssembly } from '../../src/pipeline/assembly';
import { digestOfAssembly } from '../../src/pipeline/assembly-digest';
import { assets, COMMIT, FILES, flipBit, PACKAGE_DIGEST, writeBuild } from './assembly-bench';

let directory: string;
let out: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  out = join(directory, 'out');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const inAssembly = (path: string): string => join(out, 'assembly', path);

describe('the digest of an assembly', () => {
  test('is what find, sort and sha256sum give', async () => {
    mkdirSync(join(directory, 'd/b'), { recursive: true });
    for (const [path, text] of Object.entries({ 'b/c.txt': 'two', 'b.txt': 'three', 'a.txt': 'one' }))
      writeFileSync(join(directory, 'd', path), text);
    const { digest, files } = await digestOfAssembly(join(directory, 'd'));
    expect(files.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['a.txt', 3],
      ['b.txt', 5],
      ['b/c.txt', 3],
    ]);
    expect(digest).toBe('sha256:7914cc8040202996a1f928f92f58ab86521907a73b230c6a7f77b6472c9be9c0');
  });

  test('is another one when a file has another name', async () => {
    await writeBuild(out);
    const { digest } = await digestOfAssembly(join(out, 'assembly'));
    renameSync(inAssembly('nested/readme.txt'), inAssembly('nested/readme.md'));
    expect((await digestOfAssembly(join(out, 'assembly'))).digest).not.toBe(digest);
  });
});

describe('a build', () => {
  test('opens as the release that it was built as, wherever it lies', async () => {
    const digest = await writeBuild(out);
    cpSync(out, join(directory, 'moved'), { recursive: true });
    expect(await openAssembly(join(directory, 'moved'))).toEqual({
      ok: true,
      release: {
        digest,
        packageDigest: PACKAGE_DIGEST,
        zipPath: join(directory, 'moved', 'package.zip'),
        assembly: { digest, directory: join(directory, 'moved', 'assembly') },
        entry: 'src/api/handler.ts',
        commit: COMMIT,
        environment: {},
      },
    });
  });

  test.each([...Object.keys(FILES).map((path) => `assembly/${path}`), 'package.zip'])(
    'in which one bit of %s differs is refused, by its name',
    async (path) => {
      await writeBuild(out);
      flipBit(join(out, path));
      const name = path.replace('assembly/', '');
      expect(await openAssembly(out)).toMatchObject({
        ok: false,
        code: path === 'package.zip' ? 'package-differs' : 'file-differs',
        message: expect.stringMatching(new RegExp(`^${name}: is sha256:`)),
      });
    },
  );

  test.each<[string, string, () => void, RegExp]>([
    ['a missing file', 'file-missing', () => rmSync(inAssembly('manifest.json')), /^manifest\.json: is missing/],
    ['a file too many', 'file-extra', () => writeFileSync(inAssembly('nested/more.txt'), ''), /^nested\/more\.txt: was not there/],
    [
      'a renamed file, under the first of both names',
      'file-extra',
      () => renameSync(inAssembly('nested/readme.txt'), inAssembly('nested/a.txt')),
      /^nested\/a\.txt/,
    ],
    [
      'a link to the same bytes',
      'not-a-plain-file',
      () => {
        renameSync(inAssembly('manifest.json'), join(directory, 'elsewhere.json'));
        symlinkSync(join(directory, 'elsewhere.json'), inAssembly('manifest.json'));
      },
      /^manifest\.json: is a symbolic link/,
    ],
    [
      'an assembly that is a link',
      'not-a-plain-file',
      () => {
        renameSync(join(out, 'assembly'), join(directory, 'elsewhere'));
        symlinkSync(join(directory, 'elsewhere'), join(out, 'assembly'));
      },
      /assembly: is no directory/,
    ],
    [
      'a package that is a link to the same bytes',
      'package-differs',
      () => {
        renameSync(join(out, 'package.zip'), join(directory, 'elsewhere.zip'));
        symlinkSync(join(directory, 'elsewhere.zip'), join(out, 'package.zip'));
      },
      /no plain file/,
    ],
    ['no assembly', 'file-missing', () => rmSync(join(out, 'assembly'), { recursive: true }), /cannot be read/],
    ['no package', 'package-differs', () => rmSync(join(out, 'package.zip')), /^package\.zip: is missing/],
    [
      'no manifest',
      'manifest-unreadable',
      () => rmSync(join(out, 'tidegate-assembly.json')),
      /give the directory that `tidegate build` wrote/,
    ],
    [
      'half a manifest',
      'manifest-unreadable',
      () => writeFileSync(join(out, 'tidegate-assembly.json'), '{"schema'),
      /\(top\): .*expected object/,
    ],
  ])('with %s is refused', async (_name, code, spoil, message) => {
    await writeBuild(out);
    spoil();
    expect(await openAssembly(out)).toMatchObject({ ok: false, code, message: expect.stringMatching(message) });
  });

  test.each(['../package.zip', '/etc/passwd', 'a/../b', './a', 'a//b', 'a\nb'])('whose manifest names %j is refused', async (path) => {
    await writeBuild(out, FILES, { files: [{ path, digest: PACKAGE_DIGEST, bytes: 1 }] });
    expect(await openAssembly(out)).toMatchObject({
      ok: false,
      code: 'manifest-unreadable',
      message: expect.stringMatching(/files\.0\.path/),
    });
  });

  test('whose manifest names a digest that its own files do not give is refused', async () => {
    await writeBuild(out, FILES, { assemblyDigest: PACKAGE_DIGEST });
    expect(await openAssembly(out)).toMatchObject({
      ok: false,
      code: 'manifest-unreadable',
      message: expect.stringContaining('do not give'),
    });
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['holds another package', { ...FILES, 'asset.abc.zip': 'other bytes' }],
    ['would zip the package again', { ...FILES, 'CheckInStaging.assets.json': assets('zip') }],
    ['does not upload the package', { ...FILES, 'CheckInStaging.assets.json': assets('file', 'CheckInStaging.template.json') }],
    ['has asset manifests that say nothing', { ...FILES, 'CheckInStaging.assets.json': '[' }],
  ])('whose assembly %s is refused: AWS would run other bytes', async (_name, files) => {
    await writeBuild(out, files);
    expect(await openAssembly(out)).toMatchObject({ ok: false, code: 'package-not-an-asset' });
  });
});
