import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../house/source-files';
import { sourceOf, workflows } from './workflow-files';

const tool = (...path: readonly string[]): string => join(ROOT, '.tools', ...path);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tidegate-linters-'));
  mkdirSync(join(directory, '.github', 'workflows'), { recursive: true });
  execFileSync('git', ['init', '--quiet', directory]);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A workflow of one job, whose lines are given. */
const oneJob = (...lines: readonly string[]): string =>
  ['name: one', 'on: push', 'jobs:', '  job:', '    runs-on: ubuntu-latest', ...lines, ''].join('\n');
const STEP = ['    steps:', '      - run: "true"'];

function write(source: string): string {
  const path = join(directory, '.github', 'workflows', 'one.yml');
  writeFileSync(path, source);
  return path;
}

function lint(files: readonly string[]): string {
  return spawnSync(tool('bin', 'actionlint'), ['-no-color', '-oneline', '-shellcheck=', '-pyflakes=', ...files], {
    encoding: 'utf8',
    cwd: directory,
  }).stdout;
}

describe('what actionlint does not know yet, and we ignore or avoid for it', () => {
  test.each([
    ['concurrency.queue', oneJob('    concurrency: { group: a, queue: max }', ...STEP), 'unexpected key "queue" for "concurrency" section'],
    [
      'uses: $/...',
      oneJob('    steps:', '      - uses: $/.github/actions/gate'),
      'specifying action "$/.github/actions/gate" in invalid format',
    ],
  ])('%s: once it does, take the ignore away', (_, source, complaint) => {
    expect(lint([write(source)])).toContain(complaint);
  });

  test('and nothing else: of what it says without its configuration each line is one that this ignores', () => {
    const config = parse(readFileSync(join(ROOT, '.github', 'actionlint.yaml'), 'utf8'));
    const ignored = Object.values<{ ignore: readonly string[] }>(config.paths).flatMap(({ ignore }) => ignore);
    for (const folder of ['workflows', 'actions'])
      cpSync(join(ROOT, '.github', folder), join(directory, '.github', folder), { recursive: true });
    const files = workflows().map(({ name }) => join(directory, '.github', 'workflows', `${name}.yml`));
    const said = lint(files)
      .split('\n')
      .filter((line) => /^\S+\.yml:\d+/.test(line));
    expect(said.filter((line) => !ignored.some((text) => line.includes(text)))).toEqual([]);
    expect(ignored.filter((text) => !said.some((line) => line.includes(text)))).toEqual([]);
  });
});

test('act does not know uses: $/... yet: once it does, and actionlint too, use it for our own actions', () => {
  write(oneJob('    steps:', '      - uses: $/.github/actions/gate'));
  const env = { PATH: process.env['PATH'], HOME: directory, XDG_CACHE_HOME: directory };
  const { status, stderr } = spawnSync(
    tool('bin', 'act'),
    ['push', '--dryrun', '--directory', directory, '--platform', 'ubuntu-latest=-self-hosted'],
    { encoding: 'utf8', env },
  );
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("Actual '$/.github/actions/gate'") });
});

describe('zizmor, pedantic', () => {
  const CONFIG = join(ROOT, '.github', 'zizmor.yml');
  const audit = (path: string, ...config: readonly string[]): readonly string[] => {
    const args = ['--offline', '--persona', 'pedantic', '--no-progress', '--format', 'json', '--no-exit-codes', ...config, path];
    const found: readonly { readonly ident: string }[] = JSON.parse(
      execFileSync(tool('python', 'bin', 'zizmor'), args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    return [...new Set(found.map(({ ident }) => ident))].sort();
  };

  test('finds nothing but what its configuration sets aside, each with a reason above it', () => {
    const source = readFileSync(CONFIG, 'utf8');
    const rules = Object.keys(parse(source).rules);
    expect(audit(join(ROOT, '.github'), '--no-config')).toEqual([...rules].sort());
    expect(audit(join(ROOT, '.github'), '--config', CONFIG)).toEqual([]);
    for (const rule of rules) expect(source).toMatch(new RegExp(`\\n {2}# [^\\n]+\\n {2}${rule}:`));
  });

  test.each([
    ['template-injection', '      - run: echo "$' + '{{ github.event.issue.title }}"'],
    ['unpinned-uses', '      - uses: actions/checkout@v7'],
    ['artipacked', '      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1'],
  ])('with that configuration still finds %s', (finding, step) => {
    const path = write(
      `${sourceOf('rollback')}\n  bad:\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n    permissions: {}\n    steps:\n${step}\n`,
    );
    expect(audit(path, '--config', CONFIG)).toContain(finding);
  });
});
