import { FAULT_NAMES } from '../../src/cli/faults';
import { type Bench, openBench } from './command-line';

/** A soak and nothing before it: each of these tests is about the middle of one. */
const SIZE = ['--policy', 'test/fixtures/policies/faults.yaml', '--profile', 'test'] as const;

/** What breaks in the middle of the soak, and the one reason that the report must give for it. */
const FAULTS = [
  ['kill-k6', 'load-tool-failed'],
  ['kill-valkey', 'target-failed'],
  ['kill-environment', 'target-failed'],
  ['cloudwatch-no-data', 'metrics-late'],
  ['cloudwatch-hang', 'query-error'],
  ['cloudwatch-forbidden', 'query-forbidden'],
  ['cloudwatch-partial-data', 'partial-data'],
  // Each third period on the clock is missing: the last one that is waited for, one in the middle of the load, or one of the floor.
  ['cloudwatch-missing-periods', 'metrics-late', 'floor-not-settled', 'metric-missing'],
] as const;

describe('something breaks in the middle of a run', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = openBench();
  });
  afterEach(() => bench.remove());

  test('every fault that can be asked for is tried here', () => {
    expect(FAULTS.map(([name]) => name)).toEqual(FAULT_NAMES);
  });

  test.each(FAULTS)(
    '%s: no verdict, no promotion, one reason, nothing left behind',
    async (fault, ...reasons) => {
      const { code, stderr } = await bench.run('pipeline', ...SIZE, '--fault', fault, '--out', bench.out);
      expect(code === 2 ? '' : `exit ${code}: ${stderr}`).toBe('');
      expect(stderr).toContain(`fault: ${fault}`);
      const report = bench.report();
      expect(report).toMatchObject({ verdict: 'inconclusive', promotion: { state: 'refused' } });
      expect(reasons).toContain(report.reason);
      expect(report.stages.map(({ verdict }) => verdict)).toEqual(['inconclusive']);
      expect(bench.leftovers()).toEqual([]);
    },
    90_000,
  );

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s in the middle of the soak: exit code 130, no process and no temporary file left',
    async (name) => {
      const running = bench.start('pipeline', ...SIZE, '--out', bench.out);
      await running.until(/floor: \d+ Redis connections/);
      await bench.untilProcess('k6 run');
      running.signal(name);
      const { code, stderr } = await running.ended;
      expect({ code, stderr }).toMatchObject({ code: 130 });
      expect(bench.leftovers()).toEqual([]);
    },
    60_000,
  );

  test.each([
    ['the twin starts', /built/],
    ['the floor is waited for', /soak on staging/],
  ] as const)(
    'Ctrl-C while %s ends everything too',
    async (_when, seen) => {
      const running = bench.start('pipeline', ...SIZE, '--out', bench.out);
      await running.until(seen);
      running.signal('SIGINT');
      const { code, stderr } = await running.ended;
      expect({ code, stderr }).toMatchObject({ code: 130 });
      expect(bench.leftovers()).toEqual([]);
    },
    90_000,
  );

  test('a reader of the output that goes away does not leave anything behind', async () => {
    const running = bench.start('pipeline', ...SIZE, '--out', bench.out);
    await running.until(/soak on staging/);
    running.closeOutput();
    const { code } = await running.ended;
    expect(code).toBe(130);
    expect(bench.leftovers()).toEqual([]);
  }, 60_000);

  test('SIGKILL cannot be handled, and still no process outlives it', async () => {
    const running = bench.start('pipeline', ...SIZE, '--out', bench.out);
    await running.until(/floor: \d+ Redis connections/);
    await bench.untilProcess('k6 run');
    running.signal('SIGKILL');
    await running.ended;
    const deadline = Date.now() + 5000;
    const processes = () => bench.leftovers().filter((each) => each.startsWith('process'));
    while (processes().length > 0 && Date.now() < deadline) await new Promise((done) => setTimeout(done, 100));
    expect(processes()).toEqual([]);
  }, 60_000);
});
