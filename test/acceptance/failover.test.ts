import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageEvidence } from '../../src/gates/evidence-schema';
import { type Bench, openBench } from './command-line';

const FAILOVER = ['--policy', 'test/fixtures/policies/failover.yaml', '--profile', 'test'] as const;

/** The primary of staging's cache is lost under load. */
describe('a failover', () => {
  let bench: Bench;
  beforeAll(() => {
    bench = openBench();
  });
  afterAll(() => bench.remove());
  afterEach(() => expect(bench.leftovers()).toEqual([]));

  const gate = (release: string) => bench.run('gate', ...FAILOVER, '--release', `test/releases/${release}.ts`, '--out', bench.out);
  const failed = () =>
    bench.report().stages.flatMap(({ gates }) => gates.filter(({ verdict }) => verdict === 'failed').map(({ id }) => id));

  test('costs the release that ships no request', async () => {
    const { code, stdout, stderr } = await gate('good/shared');
    expect(code === 0 ? '' : `${stderr}\n${stdout}`).toBe('');
    const [stage] = JSON.parse(readFileSync(join(bench.out, 'evidence.json'), 'utf8')).stages as StageEvidence[];
    expect(stage?.plan.failoverAtMs).toBe(3000);
    expect(stderr).toContain('the primary of the cache is lost');
  }, 60_000);

  test('stops the one that keeps its dead client', async () => {
    const { code } = await gate('bad/no-recovery-after-failover');
    expect(code).toBe(1);
    expect(failed()).toContain('failover-client-failed');
  }, 60_000);
});
