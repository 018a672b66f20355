import { evaluate } from '../../../src/gates/evaluate';
import type { Evidence, StageEvidence } from '../../../src/gates/evidence-schema';
import type { GateReport, GateVerdict } from '../../../src/gates/report-schema';
import { type BuildOptions, buildEvidence, editSeries, policyOf, policyText } from '../builders';
import { gateOf, stageOf, swap } from '../helpers';

const LINE = '      - { id: redis-connection-leak,';
const RELATIVE = 'judge: baseline, of: client.p95, maxIncrease: 10%, maxIncreaseAbsolute: 1ms';
/** The shipped policy whose soak asks nothing but this gate. */
function under(line: string, edit: (text: string) => string = (text) => text) {
  const { policy, digest } = policyOf(edit(swap(LINE, `      ${line}\n${LINE}`)(policyText())));
  const { soak } = policy.stages;
  if (soak === undefined) throw new Error('the policy has no soak');
  const gates = soak.gates.filter(({ judge: name }) => name === 'baseline').slice(0, 1);
  return { policy: { ...policy, stages: { ...policy.stages, soak: { ...soak, gates } } }, digest };
}
const ENFORCED = under(`- { id: slower, ${RELATIVE} }`);
const WITH_MAX = under(`- { id: slower, ${RELATIVE}, max: 12ms }`);
type Under = typeof ENFORCED;

const BASELINE = `sha256:${'e'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;

/** A run whose soak is as told; of the release `a` unless it is a baseline. */
function soak(p95: number, { policy }: Under = ENFORCED, more: BuildOptions = {}): Evidence {
  return buildEvidence({ policy, stages: ['soak'], only: { soak: { p95 } }, ...more });
}
const promoted = (evidence: Evidence): Evidence => ({ ...evidence, release: { ...evidence.release, digest: OTHER, commit: 'def5678' } });
const SLOW_ROUTE = 'GET /v1/profiles/{userId}';
/** The latency of each route, of which one is as told, for so many seconds of the window. */
function withRoutes(evidence: Evidence, slow: number, seconds: number): Evidence {
  return editSoak(evidence, (stage) => {
    const all = stage.series.find(({ metric, dimensions }) => metric === 'client.p95' && Object.keys(dimensions).length === 0);
    if (all === undefined) throw new Error('no latency');
    const ofRoutes = (stage.load?.judged ?? []).map(({ route }) => ({
      ...all,
      dimensions: { route },
      points: all.points
        .slice(0, route === SLOW_ROUTE ? seconds : all.points.length)
        .map(([at]): [number, number] => [at, route === SLOW_ROUTE ? slow : 8]),
    }));
    const others = stage.series.filter((series) => series === all || series.metric !== 'client.p95');
    return { ...stage, series: [...others, ...ofRoutes] };
  });
}
const editSoak = (evidence: Evidence, edit: (stage: StageEvidence) => StageEvidence): Evidence => ({
  ...evidence,
  stages: evidence.stages.map((stage) => (stage.name === 'soak' ? edit(stage) : stage)),
});

function judge(evidence: Evidence, baseline: Evidence | null, { policy, digest }: Under = ENFORCED): GateReport {
  const given = baseline === null ? null : { evidence: baseline, digest: BASELINE };
  return evaluate({ evidence, policy, policyDigest: digest, toolVersion: '0', baseline: given });
}
const slower = (evidence: Evidence, baseline: Evidence | null, policy: Under = ENFORCED): GateVerdict =>
  gateOf(judge(evidence, baseline, policy), 'slower');

describe('a release and the one that was promoted last', () => {
  test('as fast, a little slower or faster: no worse', () => {
    for (const p95 of [10, 11, 6]) expect(slower(soak(p95), promoted(soak(10)))).toMatchObject({ reason: 'no-worse-than-baseline' });
    expect(judge(soak(10), promoted(soak(10))).verdict).toBe('passed');
  });

  test('slower than tolerated: failed, with the numbers that decided', () => {
    const verdict = slower(soak(11.5), promoted(soak(10)));
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'worse-than-baseline', value: 11.5, limit: 11, unit: 'ms' });
    expect(verdict.details).toMatchObject({ shift: 1.5, tolerated: 1, baselineMedian: 10, candidateMedian: 11.5, cliffsDelta: 1 });
    expect(verdict.message).toContain("1.5 ms (15 %) more than the baseline's 10 ms, 1 ms more would be tolerated");
    expect(judge(soak(11.5), promoted(soak(10)))).toMatchObject({ verdict: 'failed', reason: 'gates-failed' });
  });

  test('the larger of both tolerances counts', () => {
    expect(slower(soak(20.9), promoted(soak(19)))).toMatchObject({ verdict: 'passed', limit: 20.9 });
    expect(slower(soak(2.9), promoted(soak(2)))).toMatchObject({ verdict: 'passed', limit: 3 });
    expect(slower(soak(3.1), promoted(soak(2)))).toMatchObject({ verdict: 'failed' });
  });

  test('a difference that may be chance is undecided', () => {
    const at = (values: readonly number[]) => (evidence: Evidence) =>
      editSoak(evidence, (stage) =>
        editSeries(stage, 'client.p95', (series) => ({
          ...series,
          points: series.points.map(([time], i) => [time, values[i % values.length] as number]),
        })),
      );
    // Half of the seconds far above, half as before: the middle of the differences is above what is tolerated, the ranks hardly differ.
    const two = under(`- { id: slower, ${RELATIVE}, confidence: 0.999999999999 }`);
    const noisy = at([9, 13])(soak(10, two));
    const verdict = slower(noisy, promoted(at([9, 10])(soak(10, two))), two);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', reason: 'undecided-baseline' });
  });

  const seconds = (evidence: Evidence, values: (i: number) => number) =>
    editSoak(evidence, (stage) =>
      editSeries(stage, 'client.p95', (series) => ({ ...series, points: series.points.map(([at], i) => [at, values(i)]) })),
    );

  test('a middle that is as before does not hide that many seconds are far beyond it', () => {
    const slowIn = (part: number) =>
      slower(
        seconds(soak(10), (i) => (i % 20 < part ? 80 : 10)),
        promoted(soak(10)),
      );
    expect(slowIn(9)).toMatchObject({ verdict: 'inconclusive', reason: 'undecided-baseline', details: { beyond: 0.45 } });
    expect(slowIn(9).message).toContain('45 % of the datapoints lie beyond that, above all that the baseline had');
    // One in five is a spike now and then; `max` is for those.
    expect(slowIn(4)).toMatchObject({ verdict: 'passed' });
  });

  test('datapoints that could not have shown the difference do not show that there is none', () => {
    const scattered = (evidence: Evidence) => seconds(evidence, (i) => 20 + ((i * 7) % 13) * 6 - 12);
    const verdict = slower(scattered(soak(10)), promoted(scattered(soak(10))));
    expect(verdict).toMatchObject({ verdict: 'inconclusive', reason: 'undecided-baseline', details: { shift: 0 } });
    expect(verdict.message).toContain('scatter so much');
  });

  test('the report names the release that it was compared with', () => {
    const baseline = promoted(soak(10));
    const report = judge(soak(10), baseline);
    expect(report.baseline).toEqual({
      digest: BASELINE,
      release: { digest: OTHER, commit: 'def5678' },
      finishedAt: baseline.finishedAt,
    });
    expect(report.notes.at(-1)).toContain(
      `Compared with the last release that was promoted with passing gates, ${'b'.repeat(12)} of commit def5678`,
    );
  });

  test('a rate per period is compared as a limit would measure it', () => {
    const errors = under('- { id: errors, judge: baseline, of: api.5xx / api.requests, maxIncrease: 10%, maxIncreaseAbsolute: 0.2% }');
    const run = (share5xx: number) => soak(8, errors, { only: { soak: { share5xx } } });
    expect(gateOf(judge(run(0.01), promoted(run(0)), errors), 'errors')).toMatchObject({ verdict: 'failed', unit: 'fraction', n: 12 });
    expect(gateOf(judge(run(0.01), promoted(run(0.01)), errors), 'errors')).toMatchObject({ verdict: 'passed' });
  });

  test('per route the worst one decides, and is named', () => {
    const routes = under('- { id: slower, judge: baseline, of: client.p95 per route, maxIncrease: 10%, maxIncreaseAbsolute: 1ms }');
    const run = (slow: number, seconds = 90) => withRoutes(soak(8, routes), slow, seconds);
    expect(slower(run(12), promoted(run(8)), routes)).toMatchObject({ verdict: 'failed', route: SLOW_ROUTE });
    expect(slower(run(8), promoted(run(8)), routes)).toMatchObject({ verdict: 'passed' });
    // A route that the baseline hardly knows is not compared, and the others do not stand for it.
    const few = slower(run(8), promoted(run(8, 14)), routes);
    expect(few).toMatchObject({ verdict: 'inconclusive', reason: 'baseline-too-short', route: SLOW_ROUTE });
    expect(few.message).toContain('the baseline has 4 datapoints');
  });
});

describe('the absolute limit of a baseline gate', () => {
  test('decides alone when there is no baseline, and says so', () => {
    const verdict = slower(soak(11), null, WITH_MAX);
    expect(verdict).toMatchObject({ verdict: 'passed', reason: 'within-absolute-limit', value: 11, limit: 12 });
    expect(verdict.message).toContain('Not compared with a baseline: no release was promoted before under this profile.');
    expect(slower(soak(13), null, WITH_MAX)).toMatchObject({ verdict: 'failed', reason: 'above-limit' });
    expect(judge(soak(11), null, WITH_MAX).notes.at(-1)).toContain('No baseline: no release was promoted before');
  });

  test('is judged with a baseline too: as slow as the last one is still too slow', () => {
    expect(slower(soak(13), promoted(soak(13)), WITH_MAX)).toMatchObject({
      verdict: 'failed',
      reason: 'above-limit',
      value: 13,
      limit: 12,
    });
    expect(slower(soak(11.5), promoted(soak(10)), WITH_MAX)).toMatchObject({ verdict: 'failed', reason: 'worse-than-baseline' });
  });

  // Each release a little slower than the last passes for ever by comparison alone (gates without an absolute limit).
  test('stops the slow boil: five releases, each 9 % slower', () => {
    const p95 = [8, 8 * 1.09, 8 * 1.09 ** 2, 8 * 1.09 ** 3, 8 * 1.09 ** 4, 8 * 1.09 ** 5];
    const verdicts = (policy: Under) =>
      p95.slice(1).map((each, i) => slower(soak(each, policy), promoted(soak(p95[i] as number)), policy).verdict);
    expect(verdicts(ENFORCED)).toEqual(['passed', 'passed', 'passed', 'passed', 'passed']);
    expect(verdicts(WITH_MAX)).toEqual(['passed', 'passed', 'passed', 'passed', 'failed']);
  });
});

function soakOf(evidence: Evidence): StageEvidence {
  return evidence.stages.find(({ name }) => name === 'soak') as StageEvidence;
}
function withIdentity(edit: Partial<StageEvidence['identity']>): Evidence {
  return editSoak(soak(50), (stage) => ({ ...stage, identity: { ...stage.identity, ...edit } }));
}

/** What may be wrong with a baseline. Each is far slower than the candidate: were it believed, it would be an excuse for anything. */
const BAD: readonly [string, Evidence | null, string][] = [
  ['none', null, 'no release was promoted before'],
  ['the release itself', soak(50), 'not its own baseline'],
  ['another profile', promoted({ ...soak(50), profile: 'standard' }), 'under the profile standard'],
  ['another target', promoted({ ...soak(50), target: 'aws' }), 'on the target aws'],
  ['another load', promoted(editSoak(soak(50), (stage) => ({ ...stage, plan: { ...stage.plan, peakRate: 61 } }))), 'had another load'],
  [
    'another period',
    promoted({ ...soak(50, ENFORCED, { periodMs: 10_000 }), finishedAt: soak(50).finishedAt }),
    'periods of 10 s instead of 5 s',
  ],
  [
    'another number of cache nodes',
    promoted(withIdentity({ nodes: soakOf(soak(50)).identity.nodes.slice(0, 1) })),
    'had 1 cache node instead of 2',
  ],
  ['another reserved concurrency', promoted(withIdentity({ reservedConcurrency: 77 })), 'a reserved concurrency of 77'],
  [
    'measured later',
    promoted({ ...soak(50), startedAt: '2036-01-01T00:00:00.000Z', finishedAt: '2036-01-01T00:10:00.000Z' }),
    'was measured after this run',
  ],
  ['no such stage', promoted(buildEvidence({ policy: ENFORCED.policy, stages: ['smoke'] })), 'has no soak'],
  ['a broken run', promoted({ ...soak(50), fault: { reason: 'target-failed', detail: 'gone' } }), 'a run that broke off'],
  [
    'a broken stage',
    promoted(editSoak(soak(50), (stage) => ({ ...stage, fault: { reason: 'target-failed', detail: 'gone' } }))),
    'soak broke off',
  ],
  [
    'a stage that was stopped',
    promoted(editSoak(soak(50), (stage) => ({ ...stage, stopped: { look: 0.5, at: stage.window.end, gates: ['x'] } }))),
    'stopped before its end',
  ],
  [
    'a load that was not applied',
    promoted(editSoak(soak(50), (stage) => ({ ...stage, load: stage.load === null ? null : { ...stage.load, dropped: 9 } }))),
    'load cannot be believed',
  ],
  [
    'not a number',
    promoted(
      editSoak(soak(50), (stage) =>
        editSeries(stage, 'client.p95', (series) => ({
          ...series,
          points: series.points.map(([at], i) => [at, i === 20 ? Number.NaN : 50]),
        })),
      ),
    ),
    'is not a number',
  ],
  ['no data', promoted(editSoak(soak(50), (stage) => editSeries(stage, 'client.p95', () => null))), 'load cannot be believed'],
];

describe('a baseline that is none', () => {
  test.each(BAD)('%s: no verdict without an absolute limit, and never a pass of what is above it', (_, baseline, why) => {
    const relative = slower(soak(13), baseline);
    expect(relative).toMatchObject({ verdict: 'inconclusive', reason: 'baseline-missing' });
    expect(relative.message).toContain(why);
    expect(judge(soak(13), baseline).verdict).toBe('inconclusive');
    expect(slower(soak(13), baseline, WITH_MAX)).toMatchObject({ verdict: 'failed', reason: 'above-limit' });
    expect(slower(soak(11), baseline, WITH_MAX)).toMatchObject({ verdict: 'passed', reason: 'within-absolute-limit' });
  });

  test('CloudWatch that answered with a part of it', () => {
    const latency = under('- { id: slower, judge: baseline, of: api.latencyP95, maxIncrease: 10%, maxIncreaseAbsolute: 1ms }');
    const partial = (evidence: Evidence) =>
      editSoak(evidence, (stage) => editSeries(stage, 'api.latencyP95', (series) => ({ ...series, statusCode: 'PartialData' })));
    expect(slower(soak(8, latency), promoted(soak(8, latency)), latency)).toMatchObject({ verdict: 'passed', n: 12 });
    expect(slower(soak(8, latency), promoted(partial(soak(50, latency))), latency)).toMatchObject({ reason: 'baseline-missing' });
    // What the candidate lacks is its own, whatever the baseline.
    expect(slower(partial(soak(8, latency)), promoted(soak(8, latency)), latency)).toMatchObject({ reason: 'partial-data' });
  });

  test('too few datapoints of the release itself are its own defect', () => {
    const many = under(`- { id: slower, ${RELATIVE}, minDatapoints: 61, max: 1s }`);
    const verdict = slower(soak(8, many), promoted(soak(8, many)), many);
    expect(verdict).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-datapoints', n: 60 });
  });

  test('one that is older than the policy allows, counted from the run that is compared', () => {
    const aged = under(`- { id: slower, ${RELATIVE} }`, swap('stages:\n', 'baseline: { maxAge: 24h }\nstages:\n'));
    const days = (n: number) => {
      const evidence = soak(8, aged);
      return promoted({ ...evidence, finishedAt: new Date(Date.parse(evidence.finishedAt) - n * 86_400_000).toISOString() });
    };
    expect(slower(soak(8, aged), days(1), aged)).toMatchObject({ verdict: 'passed' });
    expect(slower(soak(8, aged), days(1.01), aged)).toMatchObject({ reason: 'baseline-missing' });
    expect(slower(soak(8, aged), days(1.01), aged).message).toContain('older than this run, at most 1440 min');
  });

  test('a stage without valid load fails nothing, whatever it is compared with', () => {
    const spoiled = editSoak(soak(50), (stage) => ({ ...stage, load: stage.load === null ? null : { ...stage.load, dropped: 9 } }));
    expect(slower(spoiled, promoted(soak(8)))).toMatchObject({ reason: 'load-not-applied' });
    expect(stageOf(judge(spoiled, promoted(soak(8))), 'soak').verdict).toBe('inconclusive');
  });
});
