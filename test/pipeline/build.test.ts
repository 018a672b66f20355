import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build as bundle } from 'esbuild';
import { unzipSync } from 'fflate';
import { buildRelease } from '../../src/pipeline/build';
import { LAMBDA_BUNDLE } from '../../src/pipeline/bundle-options';
import { ConfigurationError } from '../../src/pipeline/errors';

const ROOT = resolve(__dirname, '..', '..');

describe('the package of a release', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'build-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const build = (root: string, entry: string) => buildRelease({ root, entry, environment: {}, directory: join(directory, 'packages') });

  test('has the same digest wherever the sources lie', async () => {
    const clone = join(directory, 'clone');
    for (const part of ['src', 'tsconfig.json', ...(await packagesOf('src/api/handler.ts'))])
      cpSync(join(ROOT, part), join(clone, part), { recursive: true });
    const here = await build(ROOT, 'src/api/handler.ts');
    expect((await build(clone, 'src/api/handler.ts')).digest).toBe(here.digest);
    expect(Object.keys(unzipSync(readFileSync(here.zipPath)))).toEqual(['index.js']);
  });

  test('has another digest when one character differs', async () => {
    writeFileSync(join(directory, 'a.ts'), 'export const handler = () => 1;\n');
    writeFileSync(join(directory, 'b.ts'), 'export const handler = () => 2;\n');
    expect((await build(directory, 'a.ts')).digest).not.toBe((await build(directory, 'b.ts')).digest);
  });

  test('is built from .js and .mjs too', async () => {
    writeFileSync(join(directory, 'common.js'), 'exports.handler = () => 1;\n');
    writeFileSync(join(directory, 'module.mjs'), 'export const handler = () => 1;\n');
    for (const entry of ['common.js', 'module.mjs']) expect((await build(directory, entry)).digest).toMatch(/^sha256:/);
  });

  test('is refused without a handler, with the names that it does export', async () => {
    writeFileSync(join(directory, 'none.ts'), 'export const main = () => 1;\n');
    await expect(build(directory, 'none.ts')).rejects.toThrow(new ConfigurationError('none.ts: exports main, but no `handler`'));
  });
});

/** The packages below node_modules that an entry is bundled from. */
async function packagesOf(entry: string): Promise<ReadonlySet<string>> {
  const { metafile } = await bundle({
    ...LAMBDA_BUNDLE,
    absWorkingDir: ROOT,
    entryPoints: [entry],
    write: false,
    metafile: true,
    outfile: 'x.js',
  });
  const inputs = Object.keys(metafile.inputs).map((input) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  return new Set(inputs.filter((input) => input !== undefined));
}
