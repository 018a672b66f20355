import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { main } from '../../infra/synth';

const ROOT = resolve(__dirname, '..', '..');
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tidegate-assembly-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('two syntheses from two places and into two places are one assembly, byte for byte', () => {
  const [a, b] = [join(directory, 'a'), join(directory, 'somewhere', 'else', 'b')];
  expect(synth(ROOT, ['--out', a]).status).toBe(0);
  // What an outer `cdk` command or another machine would bring along.
  const context = JSON.stringify({ 'aws:cdk:enable-path-metadata': true, '@aws-cdk/aws-iam:minimizePolicies': false });
  expect(synth(directory, ['--out', b], { CDK_CONTEXT_JSON: context, TZ: 'Asia/Tokyo' }).status).toBe(0);

  const files = contentsOf(a);
  expect([...files.keys()].map((name) => name.replace(/[0-9a-f]{64}/, 'HASH'))).toEqual([
    'CheckInDelivery.assets.json',
    'CheckInDelivery.template.json',
    'CheckInProduction.assets.json',
    'CheckInProduction.template.json',
    'CheckInStaging.assets.json',
    'CheckInStaging.template.json',
    'asset.HASH.zip',
    'cdk.out',
    'manifest.json',
  ]);
  expect(contentsOf(b)).toEqual(files);
  for (const text of files.values()) {
    for (const local of [ROOT, directory, tmpdir(), 'creationStack', 'analytics']) expect(text).not.toContain(local);
  }
});

test('a second synthesis leaves nothing of the first', async () => {
  const out = join(directory, 'a');
  writeFileSync(join(out, 'left-over.json'), '{}');
  expect((await run('--out', out)).code).toBe(0);
  expect(contentsOf(out)).toEqual(contentsOf(join(directory, 'somewhere', 'else', 'b')));
});

describe('exit 64, with one message', () => {
  test('for a folder that holds something else: nothing is deleted', async () => {
    const out = join(directory, 'mine');
    mkdirSync(out);
    writeFileSync(join(out, 'thesis.txt'), 'years of work');
    expect(await run('--out', out)).toEqual({ code: 64, said: expect.stringContaining('no cloud assembly') });
    expect(readdirSync(out)).toEqual(['thesis.txt']);
  });

  test.each([
    ['settings that are not right', ['--settings', 'settings.json'], /settings\.json: github: is missing/],
    ['a policy that is not there', ['--policy', 'nowhere.yaml'], /nowhere\.yaml: cannot be read/],
    ['an entry that is not there', ['--entry', 'nowhere.ts'], /nowhere\.ts: no such file/],
    ['an option that does not exist', ['--output', 'x'], /--output/],
  ])('for %s', async (_, args, message) => {
    writeFileSync(join(directory, 'settings.json'), '{ "service": "check-in" }');
    const given = args.map((each) => (each === 'settings.json' ? join(directory, each) : each));
    const { code, said } = await run('--out', join(directory, 'never'), ...given);
    expect(said).toMatch(message);
    expect(said).not.toMatch(/^\s+at /m);
    expect(code).toBe(64);
  });
});

/** The program in this process: its exit code and what it says on stderr. */
async function run(...args: readonly string[]): Promise<{ code: number; said: string }> {
  let said = '';
  const stderr = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const code = await main(args);
  stderr.mockRestore();
  return { code, said };
}

function synth(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const register = join(ROOT, 'node_modules', 'ts-node', 'register');
  const surroundings = { PATH: process.env['PATH'], TS_NODE_PROJECT: join(ROOT, 'tsconfig.json'), ...env };
  return spawnSync(process.execPath, ['-r', register, join(ROOT, 'infra', 'synth.ts'), ...args], {
    cwd,
    env: surroundings,
    encoding: 'utf8',
  });
}

/** Latin-1 keeps every byte apart. */
function contentsOf(folder: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  );
}
