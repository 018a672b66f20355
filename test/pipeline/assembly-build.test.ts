import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildAssembly } from '../../src/pipeline/assembly-build';
import { InterruptedError } from '../../src/pipeline/errors';
import { flipBit } from './assembly-bench';

const ROOT = resolve(__dirname, '..', '..');

/** Stands for infra/synth.ts of a project: packages the zip as a file asset, as the CDK does. */
const SYNTH = `
import { mkdirSync, mkdtempSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildRelease } from '${join(ROOT, 'src/pipeline/build')}';
const option = (name: string): string => process.argv[process.argv.indexOf(name) + 1] ?? '';
async function main(): Promise<void> {
  const out = option('--out');
  mkdirSync(out, { recursive: true });
  const { zipPath } = await buildRelease({ root: process.cwd(), entry: option('--entry'), environment: {}, directory: join(out, '..', 'packages') });
  copyFileSync(zipPath, join(out, 'asset.zip'));
  writeFileSync(join(out, 'X.assets.json'), JSON.stringify({ files: { a: { source: { path: 'asset.zip', packaging: 'file' } } } }));
  writeFileSync(join(out, 'environment.json'), JSON.stringify(Object.keys(process.env).filter((name) => /AWS|CDK/.test(name))));
}
main();
`;

describe('a build', () => {
  let root: string;
  let temporary: string;
  let out: string;
  const before = { ...process.env };
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'project-')));
    temporary = join(root, 'temporary');
    out = join(root, 'release');
    for (const folder of ['infra', 'temporary']) mkdirSync(join(root, folder));
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    cpSync(join(ROOT, 'tsconfig.json'), join(root, 'tsconfig.json'));
    writeFileSync(join(root, 'handler.ts'), 'export const handler = () => 1;\n');
    synthIs(SYNTH);
    process.env['TMPDIR'] = temporary;
  });
  afterEach(() => {
    process.env = { ...before };
    rmSync(root, { recursive: true, force: true });
  });

  const synthIs = (text: string) => writeFileSync(join(root, 'infra', 'synth.ts'), text);
  const build = (signal = new AbortController().signal, entry = 'handler.ts') =>
    buildAssembly({ root, entry: join(root, entry), policy: 'policy.yaml', out, toolVersion: '0.1.0', signal });
  const contents = () =>
    Object.fromEntries(['tidegate-assembly.json', 'package.zip'].map((name) => [name, readFileSync(join(out, name), 'base64')]));

  test('is one release with its digests and sizes, the same each time, and replaces the one before', async () => {
    const first = await build();
    expect(first.release).toMatchObject({ entry: 'handler.ts', commit: 'none', assembly: { directory: join(out, 'assembly') } });
    expect(first.size).toMatchObject({ zipBytes: readFileSync(join(out, 'package.zip')).length, largest: [{ path: 'handler.ts' }] });
    const files = contents();
    flipBit(join(out, 'package.zip'));
    writeFileSync(join(out, 'assembly', 'left-over.txt'), '');
    expect((await build()).release).toEqual(first.release);
    expect(contents()).toEqual(files);
    expect(readdirSync(join(out, 'assembly')).sort()).toEqual(['X.assets.json', 'asset.zip', 'environment.json']);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('gives the program nothing of an account that is at hand', async () => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_REGION: 'eu-west-1', CDK_DEFAULT_ACCOUNT: '123456789012' });
    await build();
    expect(readFileSync(join(out, 'assembly', 'environment.json'), 'utf8')).toBe('[]');
  });

  test.each<[string, string, RegExp]>([
    ['throws', `throw new Error('no such zone');`, /infra\/synth\.ts made no cloud assembly: Error: no such zone$/],
    [
      'says what is wrong',
      `process.stderr.write('settings.json: hosts: expected a list\\n'); process.exit(64);`,
      /: settings\.json: hosts: expected a list$/,
    ],
    ['says nothing', 'process.exit(3);', /it ended with exit code 3 and said nothing/],
    [
      'packs another package',
      SYNTH.replace(`copyFileSync(zipPath, join(out, 'asset.zip'))`, `writeFileSync(join(out, 'asset.zip'), 'x')`),
      /package-not-an-asset/,
    ],
  ])('whose program %s is one message, and leaves what was there', async (_what, text, message) => {
    await build();
    const files = contents();
    synthIs(text);
    await expect(build()).rejects.toThrow(message);
    expect(contents()).toEqual(files);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('that is interrupted ends the program and leaves neither half a build nor a file', async () => {
    const sign = join(root, 'started');
    synthIs(`require('node:fs').writeFileSync(${JSON.stringify(sign)}, String(process.pid)); setInterval(() => {}, 1000);`);
    const stop = new AbortController();
    const built = build(stop.signal);
    while (!existsSync(sign)) await new Promise((done) => setTimeout(done, 20));
    stop.abort();
    await expect(built).rejects.toThrow(InterruptedError);
    expect(() => process.kill(Number(readFileSync(sign, 'utf8')), 0)).toThrow('ESRCH');
    expect([existsSync(out), readdirSync(temporary)]).toEqual([false, []]);
    expect(readdirSync(root).filter((name) => name.startsWith('release'))).toEqual([]);
  });

  test('never replaces a directory that holds something else', async () => {
    mkdirSync(out);
    writeFileSync(join(out, 'thesis.txt'), 'three years');
    await expect(build()).rejects.toThrow(/holds something else than a build/);
    expect(readdirSync(out)).toEqual(['thesis.txt']);
  });

  test('of a project without infrastructure says so', async () => {
    rmSync(join(root, 'infra'), { recursive: true });
    await expect(build()).rejects.toThrow(/infra\/synth\.ts: no such file/);
  });
});
