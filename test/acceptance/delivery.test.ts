import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../src/gates/canonical';
import { type Bench, openBench, TEST_POLICY, TEST_SIZE } from './command-line';

/** A soak that is long enough to be looked at while it runs. */
const LONG_SOAK = ['--policy', 'test/fixtures/policies/long-soak.yaml', '--profile', 'test'] as const;

/** One delivery after another on the same ledger, as a team would see them. */
describe('a team and its releases', () => {
  let bench: Bench;
  beforeAll(() => {
    bench = openBench();
  });
  afterAll(() => bench.remove());
  afterEach(() => expect(bench.leftovers()).toEqual([]));
  // What follows is about what came before: without it every later failure would be noise.
  const afterPromotion = () => expect(promoted).not.toBe('');

  let promoted = '';

  test('a good release is promoted, with everything a reader needs beside it', async () => {
    const { code, stdout, stderr } = await bench.run('pipeline', ...TEST_SIZE, '--out', bench.out);
    // Whoever reads that it failed must see why.
    expect(code === 0 ? '' : `${stderr}\n${stdout}`).toBe('');
    const report = bench.report();
    expect(report).toMatchObject({ verdict: 'passed', promotion: { state: 'promoted', to: report.release.digest } });
    expect(report.stages.map(({ name }) => name)).toEqual(['smoke', 'soak', 'spike', 'canary']);
    expect(stdout).toContain('Promoted');
    for (const file of ['comment.md', 'summary.md', 'report.html', 'logs', 'k6']) expect(existsSync(join(bench.out, file))).toBe(true);
    expect(readdirSync(join(bench.out, 'logs', 'staging')).length).toBeGreaterThan(1);
    promoted = report.release.digest;
  }, 120_000);

  test('evaluate gives the same gate report from the evidence alone, byte for byte', async () => {
    const { code, stdout } = await bench.run('evaluate', '--json', '--policy', TEST_POLICY, '--evidence', join(bench.out, 'evidence.json'));
    expect(code).toBe(0);
    const { promotion: _, ...stored } = bench.report();
    const { promotion, ...again } = JSON.parse(stdout);
    expect(promotion.state).toBe('not-asked');
    expect(canonicalJson(again)).toBe(canonicalJson(stored));
    expect(stdout).toBe(canonicalJson(JSON.parse(stdout)));
  }, 30_000);

  test("the incident's release is refused by the leak gate before its load is over, and production keeps what it has", async () => {
    afterPromotion();
    const { code, stdout } = await bench.run(
      'pipeline',
      ...LONG_SOAK,
      '--release',
      'test/releases/bad/incident.ts',
      '--out',
      bench.out,
      '--json',
    );
    expect(code).toBe(1);
    const report = JSON.parse(stdout);
    const leak = report.stages
      .flatMap((stage: { gates: { id: string }[] }) => stage.gates)
      .find(({ id }: { id: string }) => id === 'redis-connection-leak');
    expect(leak).toMatchObject({ verdict: 'failed' });
    expect(leak.value).toBeGreaterThan(leak.limit);
    const soak = report.stages.find(({ name }: { name: string }) => name === 'soak');
    expect(soak).toMatchObject({ verdict: 'failed', stopped: { savedSeconds: expect.any(Number) } });
    expect(soak.stopped.savedSeconds).toBeGreaterThan(0);
    const again = await bench.run('evaluate', '--json', '--policy', LONG_SOAK[1], '--evidence', join(bench.out, 'evidence.json'));
    expect(JSON.parse(again.stdout).stages).toEqual(report.stages);
    expect(report.promotion).toMatchObject({ state: 'refused', from: promoted });
  }, 120_000);

  test('a release that only breaks in production is taken back by its canary', async () => {
    afterPromotion();
    const { code, stderr } = await bench.run(
      'pipeline',
      ...TEST_SIZE,
      '--release',
      'test/fixtures/releases/bad-in-production.ts',
      '--out',
      bench.out,
    );
    expect({ code, stderr }).toMatchObject({ code: 1 });
    const report = bench.report();
    expect(report.stages.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      'smoke passed',
      'soak passed',
      'spike passed',
      'canary failed',
    ]);
    expect(report.promotion).toMatchObject({ state: 'rolled-back', from: promoted });
  }, 120_000);

  test('promote refuses a digest whose evidence failed', async () => {
    afterPromotion();
    const { digest } = bench.report().release;
    const { code, stderr, stdout } = await bench.run('promote', '--digest', digest, '--policy', TEST_POLICY, '--out', bench.out);
    expect({ code, stderr }).toMatchObject({ code: 1 });
    expect(stdout).toContain('verdict-not-passed');
  }, 60_000);

  test('rollback takes production back, revokes what it left and holds promotion until a person clears it', async () => {
    afterPromotion();
    const back = await bench.run('rollback', '--reason', 'a rehearsal', '--policy', TEST_POLICY, '--json');
    expect(back.code).toBe(0);
    expect(JSON.parse(back.stdout)).toMatchObject({ outcome: 'rolled-back', from: promoted });

    const revoked = await bench.run('promote', '--digest', promoted, '--policy', TEST_POLICY, '--out', bench.out);
    expect(revoked.code).toBe(1);
    expect(revoked.stdout).toContain('digest-revoked');

    const again = await bench.run('rollback', '--to', promoted, '--reason', 'and forth', '--policy', TEST_POLICY);
    expect(again.code).toBe(1);
    expect(again.stdout).toContain('digest-revoked');

    expect((await bench.run('rollback', '--clear-hold', '--reason', 'rehearsed')).code).toBe(0);
    expect((await bench.run('rollback', '--clear-hold', '--reason', 'rehearsed')).code).toBe(64);
  }, 90_000);
});
