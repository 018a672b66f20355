import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aloneOn } from '../../scripts/known-bad/alone';
import { declarationOf } from '../../scripts/known-bad/declaration';
import { outcomeOf } from '../../scripts/known-bad/outcome';
import { outdated, provenanceOf } from '../../scripts/known-bad/provenance';
import { releasesOf } from '../../scripts/known-bad/releases';
import { directoriesOf, directoryName, keepOutcome, storedOutcome } from '../../scripts/known-bad/store';
import { printTable } from '../../scripts/known-bad/table';
import { evaluate } from '../../src/gates/evaluate';
import type { StageEvidence } from '../../src/gates/evidence-schema';
import { gatesOf, resolveStage } from '../../src/gates/policy/resolve';
import { STAGES } from '../../src/gates/vocabulary';
import { buildEvidence, policyOf } from '../gates/builders';

const { policy, digest } = policyOf();

const yard = releasesOf('.');

describe('what the releases declare', () => {
  test.each(yard)('$name', ({ name, expectation }) => {
    expect(expectation.verdict).toBe(name.startsWith('bad/') ? 'failed' : 'passed');
    if (expectation.verdict !== 'failed') return;
    const [profile] = expectation.profiles;
    const enforced = STAGES.filter((stage) => resolveStage(policy, stage, profile).ok).flatMap((stage) =>
      gatesOf(policy, stage).filter(({ mode }) => mode === 'enforce'),
    );
    expect(enforced.map(({ id }) => id)).toContain(expectation.stoppedBy.split(':')[0]);
  });

  test('every gate of the failover has good releases to hold against it', () => {
    const good = yard.filter(({ expectation }) => expectation.verdict === 'passed');
    expect(good.length).toBeGreaterThanOrEqual(6);
    expect(good.filter(({ expectation }) => !expectation.profiles.includes('test'))).toEqual([]);
    const bad = yard.filter(({ expectation }) => expectation.verdict === 'failed');
    // A pass leaves variants out: that of a mistake must be in it.
    expect(bad.filter(({ expectation }) => expectation.variant).map(({ name }) => name)).toEqual([
      'bad/incident-with-listener',
      'bad/outage-into-200',
    ]);
    expect(bad.filter(({ expectation }) => !expectation.variant).length).toBeGreaterThanOrEqual(18);
  });

  const opening = (text: string) => () => declarationOf(`/**\n * A release.\n${text} */`, 'x.ts');
  test.each([
    ['no verdict', '', '@verdict passed'],
    ['a bad one that no gate must stop', ' * @verdict failed\n', '@stopped-by'],
    ['a good one that a gate must stop', ' * @verdict passed\n * @stopped-by api-5xx:above-limit\n', '@verdict passed'],
    ['a gate without its reason', ' * @verdict failed\n * @stopped-by api-5xx\n', '<gate>:<reason>'],
    ['a reason that is none', ' * @verdict failed\n * @stopped-by api-5xx:over-limit\n', '<gate>:<reason>'],
    ['a reason that blocks no failure', ' * @verdict failed\n * @stopped-by api-5xx:too-few-requests\n', '<gate>:<reason>'],
    ['a profile that is none', ' * @verdict passed\n * @profile quick tset\n', 'tset'],
    ['a profile twice', ' * @verdict passed\n * @profile quick quick\n', 'twice'],
  ])('%s is refused', (_, text, said) => expect(opening(text)).toThrow(said));
});

describe('what others would have said on the same run', () => {
  test('nothing of a healthy one', () => expect(aloneOn(buildEvidence())).toEqual({ k6: [], cloudWatch: [] }));

  test('a leak below every limit passes both: the reason why this exists', () => {
    expect(aloneOn(buildEvidence({ only: { soak: { leakPerSecond: 60 } } }))).toEqual({ k6: [], cloudWatch: [] });
  });

  test('what they do see', () => {
    const evidence = buildEvidence({ only: { soak: { share5xx: 0.5, checksFailed: 0.5, throttlesPerPeriod: 3, leakPerSecond: 20_000 } } });
    const slow = evidence.stages.map((stage) => ({
      ...stage,
      load: stage.load && { ...stage.load, statuses: { '200': 1, '500': stage.load.requests - 1 } },
    }));
    const { k6, cloudWatch } = aloneOn({ ...evidence, stages: slow });
    expect(k6).toEqual(['http_req_failed: rate<0.01', 'checks: rate>0.99']);
    expect(cloudWatch).toEqual(['5xx > 1 %', 'Throttles > 0', 'CurrConnections > 80 % of 65,000']);
  });

  test.each<[string, string, number, number]>([
    ['Errors > 0', 'lambda.errors', 0, 1],
    ['memory > 90 %', 'lambda.maxMemoryUsed', 460, 461],
    // 1,000 a minute are 83.3 in the twin's five seconds.
    ['NewConnections > 1,000 a minute', 'redis.newConnections', 83, 84],
  ])('%s', (alarm, metric, below, above) => {
    const at = (value: number) => {
      const [smoke, soak] = buildEvidence().stages;
      const series = {
        ...soak?.series.find(({ source }) => source === 'cloudwatch'),
        metric,
        points: [
          [0, value],
          [5000, 0],
          [10_000, value],
        ],
      };
      return aloneOn({ ...buildEvidence(), stages: [smoke, { ...soak, series: [series] }] } as never).cloudWatch;
    };
    expect(at(below)).toEqual([]);
    expect(at(above)).toEqual([alarm]);
  });

  test('one period of many new connections is no alarm', () => {
    expect(aloneOn(buildEvidence({ only: { soak: { edit: burstOf(500) } } })).cloudWatch).toEqual([]);
  });
});

/** New connections in the first period of the series, and none after it. */
const burstOf = (connections: number) => (stage: StageEvidence) => ({
  ...stage,
  series: stage.series.map((each) =>
    each.metric === 'redis.newConnections'
      ? { ...each, points: each.points.map(([at], i): [number, number] => [at, i === 0 ? connections : 0]) }
      : each,
  ),
});

/** The leak that `bad/slow-leak` makes, where every environment is in use: a connection after each `WORK_MS` of its work. */
describe('a leak below every limit', () => {
  const WORK_MS = Number(/WORK_MS = ([\d_]+)/.exec(readFileSync('test/releases/bad/slow-leak.ts', 'utf8'))?.[1]?.replaceAll('_', ''));
  const leaking =
    (environments: number, workMs: number) =>
    (stage: StageEvidence): StageEvidence => {
      const [start, end] = [Date.parse(stage.window.start), Date.parse(stage.window.end)];
      // The first worked through the smoke test, the others begin one after the other while the load rises.
      const begins = Array.from({ length: environments }, (_, i) => start + (i === 0 ? -5000 : (8000 * i) / environments));
      const held = (at: number) => begins.reduce((sum, begin) => sum + 1 + Math.floor(Math.max(0, Math.min(at, end) - begin) / workMs), 0);
      const series = stage.series.map((each) =>
        each.metric === 'redis.connections'
          ? {
              ...each,
              points: each.points.map(([at]): [number, number] => [
                at,
                1 + (/-001$/.test(each.dimensions['CacheClusterId'] ?? '') ? held(at + 5000) : 0),
              ]),
            }
          : each,
      );
      return { ...stage, series };
    };
  const failed = (environments: number, workMs: number) => {
    const only = { soak: { environments, connectionsPerEnvironment: 1, edit: leaking(environments, workMs) } };
    const evidence = buildEvidence({ stages: ['smoke', 'soak'], only });
    const report = evaluate({ evidence, policy, policyDigest: digest, toolVersion: '0.1.0' });
    return report.stages.flatMap(({ gates }) =>
      gates.filter(({ verdict }) => verdict === 'failed').map(({ id, reason }) => `${id}:${reason}`),
    );
  };

  test.each([3, 4, 5, 6, 7, 8, 9, 10])('is stopped by its trend alone on %d environments', (environments) => {
    expect(failed(environments, WORK_MS)).toEqual(['redis-connection-leak:leak-trend']);
    expect(failed(environments, 20 * WORK_MS)).toEqual([]);
  });
});

describe('what is stored', () => {
  const evidence = buildEvidence();
  const report = evaluate({ evidence, policy, policyDigest: digest, toolVersion: '0.1.0' });
  const made = provenanceOf(report, evidence, 'v24.21.0');
  const today = { policyDigest: digest, packageDigest: report.release.packageDigest };

  test('counts for the same release under the same policy only', () => {
    expect(outdated(made, today)).toBeNull();
    expect(outdated({ ...made, commit: 'another' }, today)).toBeNull();
    expect(outdated(made, { ...today, policyDigest: 'sha256:other' })).toContain('policy');
    expect(outdated(made, { ...today, packageDigest: 'sha256:other' })).toContain('imports');
    expect(outdated(provenanceOf(null, null, null), today)).not.toBeNull();
    expect(made).toMatchObject({ commit: evidence.release.commit, nodeVersion: 'v24.21.0', k6Version: expect.any(String) });
  });

  const store = mkdtempSync(join(tmpdir(), 'known-bad-test-'));
  afterAll(() => rmSync(store, { recursive: true }));

  test('is judged by what the release declares today, not by what the record said', () => {
    const failing = buildEvidence({ only: { soak: { connectionsPerEnvironment: 5 } } });
    const judged = evaluate({ evidence: failing, policy, policyDigest: digest, toolVersion: '0.1.0' });
    const refused = { ...judged, promotion: { ...judged.promotion, state: 'refused' as const } };
    const release = (stoppedBy: `${string}:${string}`, name = 'bad/leak') =>
      ({ name, entry: 'x.ts', expectation: { verdict: 'failed', stoppedBy, profiles: ['quick', 'test'], variant: false } }) as const;
    const declared = release('redis-connection-leak:leak-level');
    const directory = join(store, directoryName(declared, 'quick', false, 1));
    mkdirSync(directory);
    writeFileSync(join(directory, 'gate-report.json'), JSON.stringify(refused));
    writeFileSync(join(directory, 'evidence.json'), JSON.stringify(failing));
    const told = { ...declared, profile: 'quick', code: 1, report: null, evidence: null, seconds: 7, earlyStop: true, nodeVersion: 'v24' };
    keepOutcome(directory, outcomeOf(told));
    expect(storedOutcome(declared, directory)).toMatchObject({
      asDeclared: true,
      seconds: 7,
      made: { nodeVersion: 'v24', policyDigest: digest },
    });
    expect(storedOutcome(release('redis-connection-leak:leak-trend'), directory)).toMatchObject({ asDeclared: false });
    expect(directoriesOf(declared, store)).toEqual([directory]);
    expect(directoriesOf(release('api-5xx:above-limit', 'bad/leak-on'), store)).toEqual([]);
    const only = { ...declared, expectation: { ...declared.expectation, profiles: ['test'] } } as const;
    expect(storedOutcome(only, directory)).toBeNull();
  });

  test('a directory for each profile, and for a load that runs to its end', () => {
    const release = {
      name: 'good/x',
      entry: 'x.ts',
      expectation: { verdict: 'passed', profiles: ['quick', 'test'], variant: false },
    } as const;
    expect(directoryName(release, 'quick', false, 1)).toBe('good-x-1');
    expect(directoryName(release, 'test', true, 2)).toBe('good-x-test-whole-2');
  });
});

describe('the table', () => {
  type Told = { readonly stoppedBy: `${string}:${string}`; readonly promotion?: 'refused' | 'promoted'; readonly seconds?: number };
  const run = (behaviour: Parameters<typeof buildEvidence>[0], { stoppedBy, promotion = 'refused', seconds = 40 }: Told) => {
    const evidence = buildEvidence(behaviour);
    const judged = evaluate({ evidence, policy, policyDigest: digest, toolVersion: '0.1.0' });
    const report = { ...judged, promotion: { ...judged.promotion, state: promotion } };
    const expectation = { verdict: 'failed', stoppedBy, profiles: ['quick'], variant: false } as const;
    const code = promotion === 'refused' ? 1 : 0;
    const told = { code, report, evidence, seconds, earlyStop: true, nodeVersion: 'v24.21.0' };
    return outcomeOf({ name: 'bad/leak', profile: 'quick', expectation, ...told });
  };
  const leaking = { only: { soak: { connectionsPerEnvironment: 5 } } };
  const level = 'redis-connection-leak:leak-level';

  test('one row a release, with what fired in how many runs, and what they were made of', () => {
    const text = printTable([
      run(leaking, { stoppedBy: level }),
      run({ only: { soak: { connectionsPerEnvironment: 5, throttlesPerPeriod: 1 } } }, { stoppedBy: level, seconds: 50 }),
    ]);
    expect(text).toMatch(
      /\| bad\/leak \| quick \| redis-connection-leak:leak-level \| 2 of 2 \| .*lambda-throttles:above-limit \(1 of 2\).* \| 45 s \| pass \|/,
    );
    expect(text).toContain('Bad: 2 runs, 0 promoted, 2 blocked by the declared gate for the declared reason; good: 0 runs, 0 blocked.');
    expect(text).toContain('k6 thresholds alone would have passed 2 of the 2 bad runs');
    expect(text).toMatch(/Runs: 2, by commit \S+ \(2\); by policy sha256:[0-9a-f]{12} \(2\); by k6 \S+ \(2\); by Node v24\.21\.0 \(2\)\./);
  });

  test('runs of different commits and profiles are told apart', () => {
    const one = run(leaking, { stoppedBy: level });
    const text = printTable([one, { ...one, profile: 'test', made: { ...one.made, commit: `${'b'.repeat(40)}+dirty` } }]);
    expect(text).toContain('| bad/leak | test | ');
    expect(text).toContain('bbbbbbb+dirty (1)');
  });

  test.each([['api-5xx:above-limit'], ['redis-connection-leak:leak-trend']] as const)(
    'blocked by another gate or reason than %s is not as declared',
    (stoppedBy) => {
      expect(run(leaking, { stoppedBy }).asDeclared).toBe(false);
      expect(printTable([run(leaking, { stoppedBy })])).toContain('0 of 1 (**failed, refused, exit 1**)');
    },
  );

  test('a bad release that was promoted cannot be overlooked', () => {
    expect(printTable([run({}, { stoppedBy: level, promotion: 'promoted' })])).toContain('0 of 1 (**passed, promoted, exit 0**)');
  });

  test('what others would have said of a load that was cut off is not known', () => {
    const cut = (stage: StageEvidence) => ({ ...stage, stopped: { look: 0.25, at: stage.window.end, gates: ['redis-connection-leak'] } });
    const stopped = run({ only: { soak: { connectionsPerEnvironment: 5, edit: cut } } }, { stoppedBy: level });
    expect(stopped.alone).toBe('load stopped');
    expect(printTable([stopped])).toContain('| load stopped | load stopped |');
    expect(printTable([stopped])).toContain('would have passed 0 of the 0 bad runs');
  });
});
