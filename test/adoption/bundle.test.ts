import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { BUNDLE_DIRECTORY, type BundleFiles, bundleFiles, readFiles, writeFiles } from '../../scripts/package/bundle';
import { packageFiles } from '../../scripts/package/npm-package';
import { toolVersion } from '../../src/pipeline/tool-version';

const ROOT = resolve(__dirname, '..', '..');
const SMALLEST_AND_LARGEST = [3_000_000, 8_000_000] as const;

let directory: string;
let files: BundleFiles;
beforeAll(async () => {
  files = await bundleFiles(ROOT);
});
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'bundle-')));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const digestsOf = (of: BundleFiles) =>
  Object.fromEntries([...of].map(([path, bytes]) => [path, createHash('sha256').update(bytes).digest('hex')]).sort());
const textOf = (path: string) => Buffer.from(files.get(path) ?? []).toString();

test('the bundle of the actions is what these sources give: else run `node scripts/run.mjs bundle`', async () => {
  expect(digestsOf(await readFiles(join(ROOT, BUNDLE_DIRECTORY)))).toEqual(digestsOf(files));
});

test('it is one program of a size that can be kept in a repository, and knows no machine', () => {
  const program = textOf('tidegate.cjs');
  expect(program.length).toBeGreaterThan(SMALLEST_AND_LARGEST[0]);
  expect(program.length).toBeLessThan(SMALLEST_AND_LARGEST[1]);
  expect(program).not.toContain(ROOT);
  expect(program).not.toMatch(/sourceMappingURL|ts-node\/register'|aws-cdk-lib"/);
});

test('its k6 library loads nothing that is not beside it', () => {
  const library = [...files.keys()].filter((path) => path.startsWith('k6/'));
  const imported = library.flatMap((path) =>
    [...textOf(path).matchAll(/^import (?!type)[^;]*? from '(\.[^']+)';/gms)].map(([, name = '']) => join('k6', name)),
  );
  expect(imported.length).toBeGreaterThan(8);
  expect(imported.filter((path) => !files.has(path))).toEqual([]);
});

describe('as the actions carry it', () => {
  const env = { ...process.env, PATH: [process.env['PATH'], join(ROOT, '.tools', 'bin')].join(delimiter) };
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(directory, BUNDLE_DIRECTORY, 'tidegate.cjs'), ...args], { cwd: directory, env, encoding: 'utf8' });
  beforeEach(async () => writeFiles(join(directory, BUNDLE_DIRECTORY), files));

  test('its command passes on what was asked and what came of it, and fetches nothing for what starts no program', () => {
    const env = { ...process.env, XDG_CACHE_HOME: join(directory, 'cache') };
    const launch = (...args: readonly string[]) =>
      spawnSync(process.execPath, [join(directory, BUNDLE_DIRECTORY, 'tidegate.mjs'), ...args], { cwd: directory, env, encoding: 'utf8' });
    expect(launch('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: tidegate') });
    expect(launch('evaluate')).toMatchObject({ status: 64, stderr: expect.stringContaining('--evidence') });
    expect(readdirSync(directory)).not.toContain('cache');
  });

  test('it builds with the esbuild of the project, and says what to install where there is none', () => {
    mkdirSync(join(directory, 'src'));
    writeFileSync(join(directory, 'src/handler.js'), 'exports.handler = async () => ({ statusCode: 200 });');
    run('init');
    const load = ['load', '--target', 'twin', '--stage', 'smoke', '--profile', 'test', '--base-url', 'http://127.0.0.1:9'];
    const manifest = () => run(...load, '--start-at', '2099-01-01T00:00:00Z', '--manifest');
    expect(manifest()).toMatchObject({ status: 64, stderr: expect.stringContaining('npm install --save-dev esbuild') });
    mkdirSync(join(directory, 'node_modules/esbuild'), { recursive: true });
    const proxy = `module.exports = require(${JSON.stringify(join(ROOT, 'node_modules/esbuild'))});`;
    writeFileSync(join(directory, 'node_modules/esbuild/index.js'), proxy);
    const { status, stdout } = manifest();
    expect(status).toBe(0);
    expect(stdout).toContain('tidegate_arrival_lag');
  });
});

test('the npm package knows its version and project, and pins the actions that it tells others to use', async () => {
  const contents = await packageFiles(ROOT, { repository: 'example-org/tidegate', commit: 'c'.repeat(40) });
  await writeFiles(directory, contents);
  const project = join(directory, 'project');
  mkdirSync(project);
  execFileSync(process.execPath, [join(directory, 'tidegate.cjs'), 'init'], { cwd: project });
  const workflow = readFileSync(join(project, '.github/workflows/tidegate.yml'), 'utf8');
  expect(workflow).toContain(`uses: example-org/tidegate/.github/actions/gate@${'c'.repeat(40)} # v${toolVersion(ROOT)}\n`);
  const { bin, dependencies, type } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  expect({ bin, dependencies: Object.keys(dependencies), type }).toEqual({
    bin: { tidegate: 'tidegate.mjs' },
    dependencies: ['esbuild'],
    type: 'commonjs',
  });
  expect(readdirSync(directory)).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'bootstrap.cjs', 'lookup-errors.cjs']));
});
