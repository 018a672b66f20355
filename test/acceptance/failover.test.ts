import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declarationOf } from '../../scripts/known-bad/declaration';
import type { StageEvidence } from '../../src/gates/evidence-schema';
import { type Bench, openBench } from './command-line';

/** The shipped policy, in the profile that loses the primary of staging's cache under load. */
const FAILOVER = ['--profile', 'test'] as const;
const MINUTES = 3 * 60_000;

describe('a failover', () => {
  let bench: Bench;
  beforeAll(() => {
    bench = openBench();
  });
  afterAll(() => bench.remove());
  afterEach(() => expect(bench.leftovers()).toEqual([]));

  const gate = (entry: string) => bench.run('gate', ...FAILOVER, '--release', entry, '--out', bench.out);
  const failed = () =>
    bench
      .report()
      .stages.flatMap(({ gates }) => gates.filter(({ verdict }) => verdict === 'failed').map(({ id, reason }) => `${id}:${reason}`));

  test(
    'costs the release that ships no request',
    async () => {
      const { code, stdout, stderr } = await gate('test/releases/good/shared.ts');
      expect(code === 0 ? '' : `${stderr}\n${stdout}`).toBe('');
      const stages: readonly StageEvidence[] = JSON.parse(readFileSync(join(bench.out, 'evidence.json'), 'utf8')).stages;
      expect(stages.find(({ name }) => name === 'failover')?.plan.failoverAtMs).toBe(5000);
      expect(stderr).toContain('the primary of the cache is lost');
    },
    MINUTES,
  );

  test(
    'stops the one that keeps its dead client, by the gate and for the reason that it declares',
    async () => {
      const entry = 'test/releases/bad/no-recovery-after-failover.ts';
      const { code } = await gate(entry);
      expect(code).toBe(1);
      const declared = declarationOf(readFileSync(entry, 'utf8'), entry);
      expect(declared).toMatchObject({ verdict: 'failed', profiles: ['test'] });
      expect(failed()).toContain(declared.verdict === 'failed' ? declared.stoppedBy : '');
    },
    MINUTES,
  );
});
