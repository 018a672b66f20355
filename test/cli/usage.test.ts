import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, type CommandResult, openBench, TEST_POLICY, TEST_SIZE } from '../acceptance/command-line';

/** Bad input gets one clear error that says what to do, exit code 64, and leaves nothing. */
describe('usage errors', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = openBench();
    const write = (name: string, text: string) => writeFileSync(join(bench.directory, name), text);
    write('no-handler.ts', 'export const handle = () => undefined;\n');
    write('broken.ts', 'export const handler = (\n');
    write('policy.yaml', 'version: 1\nstagez: {}\n');
    write('evidence.json', '{ "schemaVersion": 1 ');
    write('other.json', '{ "schemaVersion": 2 }');
    // Most of each is the start of a process: four at a time, each on a state of its own.
    const waiting = [...cases.entries()];
    const work = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const [index, [what, args]] = next;
        results.set(what, await bench.run('--state', join(bench.directory, `state-${index}`), ...args()));
      }
    };
    await Promise.all([work(), work(), work(), work()]);
  }, 120_000);
  afterAll(() => bench.remove());

  const inBench = (name: string) => join(bench.directory, name);

  const cases: readonly [string, () => readonly string[], RegExp][] = [
    ['an unknown command', () => ['pipelin'], /unknown command 'pipelin'[\s\S]*Did you mean pipeline/],
    ['an unknown option', () => ['pipeline', '--relase', 'x'], /unknown option '--relase'[\s\S]*Did you mean --release/],
    ['no command', () => [], /Usage: tidegate/],
    ['a release that is not there', () => ['pipeline', ...TEST_SIZE, '--release', 'nowhere.ts'], /nowhere\.ts: no such file/],
    [
      'a release of another language',
      () => ['pipeline', ...TEST_SIZE, '--release', 'README.md'],
      /\.js, \.mjs, \.cjs file that exports `handler`/,
    ],
    [
      'a release without a handler',
      () => ['pipeline', ...TEST_SIZE, '--release', inBench('no-handler.ts')],
      /exports handle, but no `handler`/,
    ],
    ['a release that does not compile', () => ['pipeline', ...TEST_SIZE, '--release', inBench('broken.ts')], /does not compile/],
    [
      'a policy that is not there',
      () => ['pipeline', '--policy', 'none.yaml'],
      /none\.yaml: cannot be read; give another with --policy FILE/,
    ],
    [
      'a policy with an unknown key',
      () => ['pipeline', '--policy', inBench('policy.yaml')],
      /policy\.yaml:2:1: stagez: .*did you mean "stages"/,
    ],
    ['an unknown profile', () => ['pipeline', '--profile', 'quik'], /unknown profile "quik"; did you mean "quick"/],
    ['a profile that the policy has no load for', () => ['pipeline', '--policy', TEST_POLICY, '--profile', 'nightly'], /nightly/],
    ['an unknown fault', () => ['pipeline', '--fault', 'kill-valky'], /unknown fault "kill-valky"; did you mean "kill-valkey"/],
    ['an unknown target', () => ['pipeline', '--target', 'awz'], /unknown target "awz"; did you mean "aws"/],
    [
      'a target that the policy does not name',
      () => ['pipeline', '--target', 'aws', ...TEST_SIZE],
      /the policy does not declare the target "aws"/,
    ],
    ['five seconds on AWS', () => ['gate', '--target', 'aws', '--profile', 'quick'], /not whole periods of 60 s on the target "aws"/],
    ['a fault on AWS', () => ['pipeline', '--target', 'aws', '--fault', 'kill-k6'], /--fault breaks the twin only/],
    ['an assembly for the twin', () => ['pipeline', '--assembly', 'x'], /--assembly is for --target aws/],
    [
      'a redeployment that also moves',
      () => ['rollback', '--reason', 'x', '--redeploy', '--to', 'abcdef'],
      /--redeploy is a step of its own/,
    ],
    ['parts of several stages', () => ['gate', '--load-parts', 'x'], /--load-parts are of one stage/],
    ['evidence that is not JSON', () => ['evaluate', '--evidence', inBench('evidence.json')], /evidence\.json: not JSON/],
    [
      'evidence of another version',
      () => ['evaluate', '--evidence', inBench('other.json')],
      /not evidence of this version:\n {2}schemaVersion/,
    ],
    ['a digest that is none', () => ['promote', '--digest', 'latest'], /"latest" is no digest/],
    ['a digest that nobody knows', () => ['promote', '--digest', 'abcdef012345'], /no release of the ledger begins with abcdef012345/],
    ['a rollback with nothing to go back to', () => ['rollback', '--reason', 'x'], /nothing to go back to/],
    ['a rollback without a reason', () => ['rollback'], /required option '--reason <text>' not specified/],
    ['an unknown form of report', () => ['report', '--as', 'pdf'], /unknown form "pdf"; known: comment, summary, html, terminal/],
    ['a report that is not there', () => ['report', '--from', inBench('none')], /no gate report there; run the pipeline first/],
    ['an unknown tier', () => ['gate', '--tier', 'stagin'], /unknown tier "stagin"; did you mean "staging"/],
    ['an unknown stage', () => ['gate', '--stage', 'soke'], /unknown stage "soke"/],
    ['collecting again without evidence', () => ['gate', '--collect-only'], /--collect-only needs --evidence FILE/],
  ];
  const results = new Map<string, CommandResult>();

  test.each(cases)('%s', (what, _args, message) => {
    const { code, stdout, stderr } = results.get(what) as CommandResult;
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/ {4}at .*\(/);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  });

  test('and leave nothing behind', () => {
    expect(bench.leftovers()).toEqual([]);
  });

  test.each([
    ['pipeline', ...TEST_SIZE],
    ['promote', '--digest', 'abcdef012345', '--policy', TEST_POLICY],
    ['rollback', '--reason', 'x', '--policy', TEST_POLICY],
  ])(
    'a ledger that was altered is refused by %s',
    async (...args) => {
      const broken = inBench('broken');
      mkdirSync(join(broken, 'ledger'), { recursive: true });
      writeFileSync(join(broken, 'ledger', '00000001.json'), '{}\n');
      const { code, stderr } = await bench.run('--state', broken, ...args);
      expect(stderr).toMatch(/^Refused \(ledger-unreadable\): .*00000001\.json: not a ledger entry/m);
      expect(code).toBe(1);
      expect(bench.leftovers()).toEqual([]);
    },
    30_000,
  );

  test('every command explains itself', async () => {
    const { code, stdout } = await bench.run('--help');
    expect(code).toBe(0);
    const commands = [...stdout.matchAll(/^ {2}([a-z][\w-]*)/gm)].map((match) => match[1] ?? '').filter((name) => name !== 'help');
    expect(commands).toEqual(
      expect.arrayContaining([
        'pipeline',
        'gate',
        'evaluate',
        'build',
        'deploy',
        'load',
        'promote',
        'rollback',
        'twin',
        'report',
        'doctor',
      ]),
    );
    const helps = await Promise.all(commands.map((command) => bench.run(command, '--help')));
    expect(helps.map(({ code }) => code)).toEqual(commands.map(() => 0));
    for (const [index, { stdout: help }] of helps.entries()) expect(help).toContain(commands[index] === 'twin' ? 'status' : '--json');
  }, 60_000);

  test('doctor tells what is missing as JSON', async () => {
    const { code, stdout } = await bench.run('doctor', '--json');
    const { ok, checks } = JSON.parse(stdout);
    expect(checks.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(['node', 'valkey', 'k6']));
    expect(code).toBe(ok ? 0 : 1);
  }, 30_000);
});
