import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addBuild } from '../../src/cli/commands/build';
import { runCommand } from './command-bench';

const ROOT = resolve(__dirname, '..', '..');

/** Packs whatever zip the directory of packages beside it holds: the least that an assembly is. */
const SYNTH = `
const { mkdirSync, readdirSync, copyFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const out = process.argv[process.argv.indexOf('--out') + 1];
mkdirSync(out);
const [zip] = readdirSync(join(out, '..')).filter((name) => name.endsWith('.zip'));
copyFileSync(join(out, '..', zip), join(out, 'asset.zip'));
writeFileSync(join(out, 'X.assets.json'), JSON.stringify({ files: { a: { source: { path: 'asset.zip', packaging: 'file' } } } }));
`;

describe('tidegate build', () => {
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'built-')));
    mkdirSync(join(root, 'infra'));
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
    for (const file of ['tsconfig.json', 'package.json', '.github']) cpSync(join(ROOT, file), join(root, file), { recursive: true });
    writeFileSync(join(root, '.gitignore'), 'tidegate-release\n');
    writeFileSync(join(root, 'handler.ts'), 'export const handler = () => 1;\n');
    writeFileSync(join(root, 'infra', 'synth.ts'), SYNTH);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const run = (...args: readonly string[]) => runCommand(root, ['build', '--release', 'handler.ts', ...args], addBuild);
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.invalid', ...args], { cwd: root, encoding: 'utf8' });

  test('prints both digests, the sizes against the limits of Lambda, and how to deploy it', async () => {
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'c');
    const ran = await run();
    expect(ran).toMatchObject({ code: 0, message: '' });
    expect(ran.stdout).toMatch(/assembly sha256:\w{64}\n {2}package {2}sha256:\w{64}\n/);
    expect(ran.stdout).toMatch(/zip 0\.\d KiB .*50 MiB.*unzipped .*250 MiB\)\n +\S+ KiB {2}handler\.ts\n/);
    expect(ran.stdout).toMatch(/Deploy it: tidegate deploy --assembly tidegate-release --tier staging --expect sha256:\w{64}\n$/);
    const again = JSON.parse((await run('--json')).stdout);
    expect(again).toMatchObject({
      deployable: true,
      commit: git('rev-parse', 'HEAD').trim(),
      size: { limits: { unzippedBytes: 262_144_000 } },
    });
    expect(ran.stdout).toContain(again.assemblyDigest);
    writeFileSync(join(root, 'handler.ts'), 'export const handler = () => 2;\n');
    const dirty = await run();
    expect([dirty.code, dirty.stdout]).toEqual([0, expect.stringMatching(/This build can never go to AWS: the tree had changes/)]);
    expect(JSON.parse((await run('--json')).stdout)).toMatchObject({ deployable: false, commit: expect.stringMatching(/\+dirty$/) });
  });

  test('outside of a repository says that it can never go to AWS', async () => {
    const ran = await run('--out', 'elsewhere');
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringMatching(/never go to AWS: it was built outside of a repository/)]);
    expect(existsSync(join(root, 'elsewhere', 'tidegate-assembly.json'))).toBe(true);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['a release that is not there', ['--release', 'nowhere.ts'], /nowhere\.ts: no such file/],
    ['a policy that is not there', ['--policy', 'none.yaml'], /none\.yaml: cannot be read/],
    ['a directory of something else', ['--out', 'infra'], /holds something else than a build/],
  ])('%s is a usage error', async (_what, args, words) => {
    expect(await run(...args)).toMatchObject({ code: 64, message: expect.stringMatching(words) });
  });
});
