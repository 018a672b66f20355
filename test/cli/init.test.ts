import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import Ajv from 'ajv/dist/2020';
import { parse } from 'yaml';
import { placeholdersIn } from '../../scripts/adoption/edits';
import { addInit } from '../../src/cli/commands/init';
import { firstWorkflow } from '../../src/cli/init-workflow';
import { parsePolicy } from '../../src/gates/policy/parse';
import { formatProblems } from '../../src/gates/policy/problems';
import { checkReach } from '../../src/gates/policy/reach';
import { type Ran, runCommand } from './command-bench';

const ROOT = join(__dirname, '..', '..');
const POLICY = '.github/gates.yaml';
const SCHEMA = '.github/gates.schema.json';
const WORKFLOW = '.github/workflows/tidegate.yml';
const DAY_MS = 86_400_000;
const HANDLER = 'const url = process.env.REDIS_URL;\nexports.handler = async () => ({ statusCode: 200, body: url });\n';
const SCRIPT = "import http from 'k6/http';\nexport default () => http.get(__ENV.BASE_URL);\n";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'init-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function project(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const init = (...options: readonly string[]): Promise<Ran> => runCommand(root, ['init', ...options], addInit);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const policyNow = () => parse(read(POLICY));

it('finds handler, cache and load script, and leaves nothing to edit', async () => {
  project({
    'src/handler.js': HANDLER,
    'jobs/nightly.js': HANDLER,
    'load/visits.js': SCRIPT,
    'node_modules/a/handler.js': HANDLER,
    'test/handler.test.js': HANDLER,
  });
  const { code, stdout } = await init('--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    written: [POLICY, SCHEMA, WORKFLOW],
    kept: [],
    edit: [`${POLICY}, release.entry: src/handler.js was taken; or is it jobs/nightly.js?`],
  });
  expect(policyNow().release).toEqual({ entry: 'src/handler.js', env: { REDIS_URL: '{cache.primary}' } });
  expect(policyNow().stages.soak.script).toBe('load/visits.js');
});

it.each([
  ['export const handler = async () => 1', 'src/a.ts'],
  ['async function handler() {}\nexport { handler };', 'lib/a.mjs'],
  ['export async function handler() {}', 'index.ts'],
  ['export let handler;', 'src/a.mts'],
  ['const handler = 1;\nmodule.exports = { other, handler };', 'src/a.cjs'],
  ['module.exports = {\n  handler: async () => 1,\n};', 'src/a.js'],
  ['export = 1; exports.handler = 1', 'src/a.cts'],
])('knows a handler by %j', async (text, path) => {
  project({ [path]: text, 'lib/b.ts': 'export const handlerOf = 1;', 'lib/c.d.mts': 'export const handler: 1;' });
  await init();
  expect(policyNow().release.entry).toBe(path);
});

it('gives each name of the cache what it is called for', async () => {
  project({
    'a.js': 'process.env.REDIS_HOST; process.env.REDIS_PORT; process.env["VALKEY_READER_URL"]; process.env.CACHE_TTL; process.env.DB_URL',
  });
  await init();
  expect(policyNow().release.env).toEqual({
    REDIS_HOST: '{cache.primary.host}',
    REDIS_PORT: '{cache.primary.port}',
    VALKEY_READER_URL: '{cache.reader}',
  });
});

it('says in three lines what nobody could guess, and writes a script', async () => {
  const { stdout } = await init('--json');
  const { written, edit } = JSON.parse(stdout);
  expect(written).toEqual([POLICY, SCHEMA, WORKFLOW, 'k6/tidegate.js']);
  expect(edit).toHaveLength(3);
  expect(policyNow().stages.smoke.script).toBe('k6/tidegate.js');
});

it('writes a policy whose loads reach every gate, and that is red on day one for no leak', async () => {
  project({ 'src/handler.js': HANDLER });
  await init();
  const parsed = parsePolicy(read(POLICY), POLICY, new Date());
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
  for (const profile of ['test', 'quick']) expect(checkReach(parsed.policy, profile, 'twin')).toEqual([]);
  const observing = Object.values(parsed.policy.stages).flatMap((stage) => (stage?.gates ?? []).filter(({ mode }) => mode === 'observe'));
  expect(observing.map(({ judge }) => judge)).toEqual(['leak', 'idle-return', 'baseline']);
});

it('writes the schema that the policy names in its first line, and by which an editor accepts it', async () => {
  await init();
  expect(read(POLICY).split('\n')[0]).toBe(`# yaml-language-server: $schema=${basename(SCHEMA)}`);
  const validate = new Ajv({ strict: false, formats: { date: true, 'date-time': true } }).compile(JSON.parse(read(SCHEMA)));
  expect(validate(policyNow())).toBe(true);
  expect(validate({ ...policyNow(), version: 2 })).toBe(false);
});

it('lets them observe for two weeks and no longer: then the policy itself is refused, by their names', async () => {
  await init();
  const after = (days: number) => parsePolicy(read(POLICY), POLICY, new Date(Date.now() + days * DAY_MS));
  expect(after(13)).toMatchObject({ ok: true });
  const late = after(15.1);
  if (late.ok) throw new Error('the policy was taken');
  const messages = late.problems.map(({ message }) => message);
  expect(messages).toEqual([
    expect.stringMatching(/"redis-connection-leak" was to observe until/),
    expect.stringMatching(/"redis-idle-return" was to observe until/),
    expect.stringMatching(/"latency-against-last" was to observe until/),
  ]);
});

it('overwrites nothing that differs unless it is told to', async () => {
  project({ [POLICY]: 'mine', 'src/handler.js': HANDLER });
  const refused = await init();
  expect(refused).toMatchObject({ code: 64, message: expect.stringContaining(`${POLICY}: there already; nothing was written`) });
  expect(read(POLICY)).toBe('mine');
  expect(() => read(WORKFLOW)).toThrow('ENOENT');
  expect(await init('--force')).toMatchObject({ code: 0 });
  expect(policyNow().version).toBe(1);
  // What is there as it would be written is no reason to ask.
  expect(await init()).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to do') });
});

const PINNED = /^[\w./-]+@[0-9a-f]{40}$/;
const COMMIT = 'c'.repeat(40);
const RELEASED = firstWorkflow({ repository: 'example-org/tidegate', commit: COMMIT, version: '1.2.3' });
const WORKFLOWS: readonly (readonly [string, string])[] = [
  ['by its actions', RELEASED],
  ['by the npm package', firstWorkflow(null)],
];

describe.each(WORKFLOWS)('the workflow that runs Tidegate %s', (_, text) => {
  const { permissions, jobs, on } = parse(text);

  it('has no rights but to read, and only what is pinned', () => {
    expect(permissions).toEqual({});
    expect(on).toEqual({ pull_request: null });
    expect(jobs.twin.permissions).toEqual({ contents: 'read' });
    expect(jobs.tidegate.permissions).toEqual({});
    const uses = jobs.twin.steps.flatMap((step: { readonly uses?: string }) => step.uses ?? []);
    expect(uses.length).toBeGreaterThan(2);
    expect(uses.filter((name: string) => !PINNED.test(name))).toEqual([]);
  });

  // GitHub counts a required job that was skipped as passed, and nothing comes after this one.
  it.each([
    ['passed', '0', 0],
    ['failed', '1', 1],
    ['inconclusive', '2', 1],
    ['passed', '70', 1],
    ['', '', 1],
  ])('with the verdict "%s" and exit code "%s" its required check ends with %i, and is never skipped', (verdict, code, expected) => {
    expect(jobs.tidegate).toMatchObject({ needs: 'twin', if: 'always()' });
    const [{ run }] = jobs.tidegate.steps;
    const { status } = spawnSync('bash', ['-euo', 'pipefail', '-c', run], {
      env: { PATH: process.env['PATH'], VERDICT: verdict, CODE: code },
    });
    expect(status).toBe(expected);
  });

  it('is what actionlint accepts', () => {
    project({ [WORKFLOW]: text });
    const { status, stdout } = spawnSync(join(ROOT, '.tools', 'bin', 'actionlint'), ['-no-color', join(root, WORKFLOW)], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});

it('runs the installed package where no release says what to pin: there is nothing to fill in', async () => {
  await init();
  expect(read(WORKFLOW)).toBe(firstWorkflow(null));
  expect(placeholdersIn(read(WORKFLOW))).toEqual([]);
});

it('takes the actions of others at the pins that Tidegate itself takes them at', () => {
  const own = ['checkout', 'setup-node', 'setup-k6-action'].map(
    (name) => new RegExp(`/${name}@\\S+ # \\S+`).exec(firstWorkflow(null))?.[0],
  );
  const files = ['workflows/pull-request.yml', 'actions/set-up/action.yml'].map((path) =>
    readFileSync(join(ROOT, '.github', path), 'utf8'),
  );
  const setUp = parse(files[1] ?? '').inputs;
  expect(own.filter((pin) => pin === undefined || !files.some((text) => text.includes(pin)))).toEqual([]);
  const given = parse(firstWorkflow(null)).jobs.twin.steps.map((step: { readonly with?: object }) => step.with ?? {});
  expect(Object.assign({}, ...given)).toMatchObject({
    'node-version': setUp['node-version'].default,
    'k6-version': setUp['k6-version'].default,
  });
});

it('gives each action of the workflow inputs that it has', () => {
  for (const { uses, with: given = {} } of parse(RELEASED).jobs.twin.steps.slice(1)) {
    const [, name = ''] = /\.github\/actions\/([\w-]+)@/.exec(uses) ?? [];
    const { inputs } = parse(readFileSync(join(ROOT, '.github', 'actions', name, 'action.yml'), 'utf8'));
    expect(Object.keys(given).filter((key) => inputs[key] === undefined)).toEqual([]);
  }
});
