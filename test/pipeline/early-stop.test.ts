import type { LoadCut } from '../../src/evidence/k6/load-span';
import type { StageEvidence } from '../../src/gates/evidence-schema';
import { resolveStage } from '../../src/gates/policy/resolve';
import { collectSeries } from '../../src/pipeline/collect-series';
import { type EarlyStop, watchEarly } from '../../src/pipeline/early-stop';
import type { ProgressEvent } from '../../src/pipeline/events';
import { looksAt } from '../../src/pipeline/looks';
import { qualify } from '../../src/pipeline/qualify';
import { recollect } from '../../src/pipeline/recollect';
import { runStage } from '../../src/pipeline/run-stage';
import type { StageRun } from '../../src/pipeline/stage-run';
import { stageWindows, stoppedWindows } from '../../src/pipeline/stage-windows';
import { type Behaviour, buildStage, GOOD, IDENTITY, policyOf } from '../gates/builders';
import { stoppedAt } from '../gates/early/stopped-stage';
import { fakeTarget } from './fake-target';

jest.mock('../../src/pipeline/collect-series', () => ({ collectSeries: jest.fn() }));
jest.mock('../../src/pipeline/run-stage', () => ({ runStage: jest.fn() }));
const collects = jest.mocked(collectSeries);
const runs = jest.mocked(runStage);

const { policy } = policyOf();
/** Long over, so that every look is due at once. */
const START = Date.parse('2026-11-24T10:01:00Z');
const INCIDENT = { leakPerSecond: 60 };
const settings = { periodMs: 5000, pollMs: 10, deadlineMs: 100, floorDeadlineMs: 100 };
const TWO_MINUTES = { clock: START + 120_000 };

function soak() {
  const resolved = resolveStage(policy, 'soak', 'quick');
  if (!resolved.ok) throw new Error(resolved.problem);
  return resolved.value;
}

const windows = stageWindows(soak().plan, START, 10_000, settings.periodMs);

interface Watched {
  readonly early: EarlyStop;
  readonly cuts: LoadCut[];
  readonly steps: string[];
  readonly user: AbortController;
}

/** Watches a load that behaves like this; metrics have what a stage that ran so far would have. */
function watch(
  behaviour: Partial<Behaviour>,
  change: Partial<StageRun> = {},
  metrics = (_look: number): 'settled' | 'late' => 'settled',
): Watched {
  const [cuts, steps]: [LoadCut[], string[]] = [[], []];
  const user = new AbortController();
  const whole = buildStage('soak', { ...GOOD, ...behaviour }, { policy, profile: 'quick', start: START });
  const stageAt = (atMs: number) => stoppedAt(whole, atMs - START);
  let looks = 0;
  collects.mockReset().mockImplementation(async ({ watchEndMs }) => {
    const late = metrics(looks++) === 'late';
    const series = stageAt(watchEndMs).series.filter(({ source }) => source === 'cloudwatch');
    return { series, fault: late ? { reason: 'metrics-late', detail: 'No datapoint yet' } : null };
  });
  const early = watchEarly(
    {
      target: fakeTarget(),
      tier: 'staging',
      description: {
        tier: 'staging',
        apiUrl: '',
        identity: IDENTITY,
        deployedAt: new Date(START - 60_000),
        servingDigest: '',
        assemblyDigest: null,
      },
      stage: soak(),
      settings,
      attempt: 1,
      quietSince: 0,
      k6: '',
      root: '.',
      directory: '.',
      signal: user.signal,
      listener: (event: ProgressEvent) => void (event.kind === 'step' && steps.push(event.text)),
      looks: { policy, earlier: [] },
      ...change,
    },
    windows,
  );
  early.onCounting((cut) => {
    cuts.push(cut);
    const stage = stageAt(cut.judgedEndMs);
    if (stage.load === null) throw new Error('no load');
    const series = stage.series.filter(({ source }) => source === 'k6');
    return { outcome: 'stopped', exitCode: null, detail: null, series, load: stage.load };
  });
  return { early, cuts, steps, user };
}

/** Waits until it holds; the test's own time-out ends a wait in vain. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((next) => setTimeout(next, 5));
}
/** For what must not happen. */
const aWhile = () => new Promise((next) => setTimeout(next, 100));

beforeEach(() => void jest.spyOn(Date, 'now').mockReturnValue(TWO_MINUTES.clock));
afterEach(() => jest.restoreAllMocks());

test('a load whose release is certain to fail is told to stop at the first look, and says where that was', async () => {
  const { early, cuts, steps } = watch(INCIDENT);
  await until(() => early.signal.aborted);
  expect(early.signal.aborted).toBe(true);
  expect(early.stop()).toEqual({ look: 0.25, at: '2026-11-24T10:03:00.000Z', gates: ['redis-connection-leak', 'redis-capacity'] });
  expect(cuts).toEqual([{ stopMs: START + 25_000, judgedEndMs: START + 25_000 }]);
  // The judged window does not reach beyond what was planned.
  expect(early.cut()).toEqual({ stopMs: TWO_MINUTES.clock, judgedEndMs: START + 70_000 });
  expect(steps).toEqual(['soak: stopped at 25 %: redis-connection-leak, redis-capacity certain to fail']);
  await early.over();
});

test('a good one is looked at three times and left alone', async () => {
  const { early, cuts } = watch({});
  await until(() => cuts.length === 3);
  await aWhile();
  expect(early.signal.aborted).toBe(false);
  expect([early.stop(), early.cut()]).toEqual([null, null]);
  expect(cuts.map(({ judgedEndMs }) => judgedEndMs - START)).toEqual([25_000, 40_000, 55_000]);
  await early.over();
});

test('a look whose metrics have not settled by the next one judges nothing', async () => {
  const { early } = watch(INCIDENT, {}, (look) => (look === 0 ? 'late' : 'settled'));
  await until(() => early.signal.aborted);
  expect(early.stop()).toMatchObject({ look: 0.5 });
  await early.over();
  const never = watch(INCIDENT, {}, () => 'late');
  await until(() => never.cuts.length === 3);
  await aWhile();
  expect(never.early.stop()).toBeNull();
  await never.early.over();
});

test.each<[string, Partial<StageRun>]>([
  ['that is to be applied as a whole', { looks: null }],
  ['of a smoke', { stage: { ...soak(), name: 'smoke' } }],
  ['of a failover', { stage: { ...soak(), name: 'failover' } }],
  ['of a canary', { stage: { ...soak(), name: 'canary' } }],
])('a load %s is not looked at', async (_, change) => {
  const { early } = watch(INCIDENT, change);
  await aWhile();
  expect(collects).not.toHaveBeenCalled();
  expect(early.signal.aborted).toBe(false);
  await early.over();
});

test('a look that breaks is no outcome; one that is no longer wanted is nothing', async () => {
  const broken = watch(INCIDENT);
  collects.mockReset().mockRejectedValue(new TypeError('a bug'));
  await until(() => collects.mock.calls.length === 1);
  await expect(broken.early.over()).rejects.toThrow('a bug');

  const unwanted = watch({});
  unwanted.user.abort();
  await unwanted.early.over();
});

test('a qualification looks with its policy and what ran before, and not at all with --no-early-stop', async () => {
  const stage = stoppedAt(buildStage('soak', { ...GOOD, ...INCIDENT }, { policy, profile: 'quick', start: START }), 27_300);
  const run = (earlyStop?: boolean) => {
    runs.mockReset().mockResolvedValue(stage);
    const place = { target: fakeTarget(), tier: 'staging', k6: '', root: '.', directory: '.', settings } as const;
    const deploy = () => fakeTarget().describe('staging');
    return qualify({
      ...place,
      policy,
      stages: [soak()],
      earlyStop,
      deploy,
      signal: new AbortController().signal,
      listener: () => undefined,
    });
  };
  expect((await run()).stages).toHaveLength(1);
  expect(runs.mock.calls[0]?.[0].looks).toEqual({ policy, earlier: [] });
  await run(false);
  expect(runs.mock.calls[0]?.[0].looks).toBeNull();
});

test('looks are at a quarter, a half and three quarters, on periods, and only in a window that is long enough', () => {
  const at = (stage: 'soak' | 'spike', judgedSeconds: number, periodMs: number) =>
    looksAt(stage, { judged: { start: iso(START), end: iso(START + judgedSeconds * 1000) } }, periodMs).map((look) => [
      look.share,
      (look.atMs - START) / 1000,
      (look.untilMs - START) / 1000,
    ]);
  expect(at('soak', 900, 60_000)).toEqual([
    [0.25, 180, 420],
    [0.5, 420, 660],
    [0.75, 660, 900],
  ]);
  expect(at('spike', 240, 5000).map(([, seconds]) => seconds)).toEqual([60, 120, 180]);
  expect(at('spike', 20, 5000)).toEqual([]);
});

test('the windows of a stopped load end with it', () => {
  const stop = START + 27_300;
  expect(stoppedWindows(windows, stop, 5000)).toEqual({
    window: { start: iso(START), end: iso(START + 30_000) },
    judged: { start: iso(START + 10_000), end: iso(START + 25_000) },
    after: null,
    loadEndMs: START + 30_000,
    watchEndMs: START + 30_000,
  });
  // Just after a boundary: no request need have been sent in the new period.
  expect(stoppedWindows(windows, START + 25_200, 5000)).toMatchObject({ loadEndMs: START + 25_000, watchEndMs: START + 30_000 });
});

test('late metrics of a stopped load are read again as far as it went', async () => {
  collects.mockReset().mockResolvedValue({ series: [], fault: null });
  const whole = buildStage('soak', { ...GOOD, ...INCIDENT }, { policy, profile: 'quick', start: START });
  const stage: StageEvidence = stoppedAt(whole, 27_300);
  const again = await recollect(stage, policy, fakeTarget(), settings, new AbortController().signal);
  expect(collects.mock.calls[0]?.[0]).toMatchObject({ completed: true, loadEndMs: START + 30_000, watchEndMs: START + 30_000 });
  expect(again.stopped).toEqual(stage.stopped);
});

const iso = (at: number) => new Date(at).toISOString();
