import type { LoadEvidence, StageEvidence } from '../../../src/gates/evidence-schema';
import { buildEvidence, CONTROL, editSeries, recounted } from '../builders';
import { gateOf, judge, judgeEvidence, stageOf } from '../helpers';

/** The load gate of a soak that was changed. */
function soakLoad(behaviour: { load?: Partial<LoadEvidence>; edit?: (stage: StageEvidence) => StageEvidence }) {
  return stageOf(judge({ only: { soak: behaviour } }), 'soak').gates[0];
}

describe('the planned load was applied', () => {
  test('passes with k6 and gateway in agreement', () => {
    expect(soakLoad({})).toMatchObject({ id: 'load-validity', verdict: 'passed', reason: 'load-applied', n: 3900, value: 1 });
  });

  test.each<[string, Partial<LoadEvidence>, string]>([
    ['no iterations', { iterations: 0 }, 'no iteration'],
    ['a rate below 95 %', { achievedRate: 56.9 }, '56.9 of 60'],
    ['iterations missing', { iterations: 3700, summary: { iterations: 3700, requests: 3900, dropped: 0 } }, '3700 of 3900'],
    ['a dropped iteration', { dropped: 1, summary: { iterations: 3900, requests: 3900, dropped: 1 } }, 'dropped 1'],
    ['late iterations', { arrivalLagP95Ms: 21 }, 'p95 21 ms'],
    ['a machine without CPU', { cpuPressure: 86 }, 'pressure 86 %'],
    ['totals that disagree', { summary: { iterations: 3900, requests: 5000, dropped: 0 } }, 'totals say 5000 requests'],
    ['no totals', { summary: null }, 'no totals'],
    ['a gateway that let nobody in', { statuses: { '200': 450, '403': 3450 } }, '3450 of 3900 answers were 401, 403 or 429'],
    ['a gateway that throttled', { statuses: { '200': 450, '401': 50, '429': 3400 } }, '3450 of 3900 answers were 401, 403 or 429'],
    [
      'answers that the gateway never gave',
      { answered: 4100, requests: 4100, summary: { iterations: 3900, requests: 4100, dropped: 0 } },
      'counted 3900',
    ],
    [
      'a gateway that counted more than k6 sent',
      { answered: 3700, requests: 3700, summary: { iterations: 3900, requests: 3700, dropped: 0 } },
      'counted 3900',
    ],
  ])('not with %s', (_, load, words) => {
    const gate = soakLoad({ load });
    expect(gate).toMatchObject({ verdict: 'inconclusive', reason: 'load-not-applied' });
    expect(gate?.message).toContain(words);
  });

  test('refusals by the release itself, which are fewer, are its own', () => {
    expect(soakLoad({ load: { statuses: { '200': 2000, '403': 1900 } } })).toMatchObject({ verdict: 'passed' });
  });

  test.each<[string, Partial<LoadEvidence>]>([
    ['a rate of 95 %', { achievedRate: 57 }],
    ['lag and pressure at their limits', { arrivalLagP95Ms: 20, cpuPressure: 85 }],
    ['lag and pressure that the kernel does not tell', { arrivalLagP95Ms: null, cpuPressure: null }],
    ['thresholds of k6 crossed: exit code 99', { exitCode: 99, thresholdsFailed: ['http_req_duration'] }],
  ])('still with %s', (_, load) => {
    expect(soakLoad({ load })?.verdict).toBe('passed');
  });

  test('still with requests before the judged window that k6 gave up on and the gateway still counted', () => {
    const unanswered = (stage: StageEvidence) => {
      const [first] = stage.series.filter(({ metric }) => metric === 'client.failed');
      const series = stage.series.map((each) =>
        each === first ? { ...each, points: each.points.map(([at, n], i): [number, number] => [at, i === 0 ? 300 : n]) } : each,
      );
      const counted = recounted({ ...stage, series });
      return { ...counted, load: counted.load && { ...counted.load, answered: 3600, statuses: { '0': 300, '200': 3600 } } };
    };
    expect(soakLoad({ edit: unanswered })?.verdict).toBe('passed');
  });

  test('k6 that did not run to its end is named with its code', () => {
    const gate = soakLoad({ load: { outcome: 'failed', exitCode: 107, detail: 'the script threw' } });
    expect(gate).toMatchObject({ verdict: 'inconclusive', reason: 'load-tool-failed' });
    expect(gate?.message).toContain('exit code 107');
  });

  test('traffic of somebody else before the load', () => {
    const visited = (requests: number) => (stage: StageEvidence) =>
      editSeries(stage, 'api.requests', (series) => ({
        ...series,
        points: [[Date.parse(stage.window.start) - 10_000, requests], ...series.points],
      }));
    expect(soakLoad({ edit: visited(40) })?.message).toContain('somebody else');
    expect(soakLoad({ edit: visited(2) })?.verdict).toBe('passed');
  });

  test("the earlier stage's own traffic is not foreign", () => {
    const evidence = buildEvidence({ stages: ['smoke', 'soak'] });
    const [smoke, soak] = evidence.stages as [StageEvidence, StageEvidence];
    const shift = Date.parse(soak.window.start) - 5000;
    const close = { ...smoke, window: { start: new Date(shift - 5000).toISOString(), end: new Date(shift).toISOString() } };
    const seen = editSeries(soak, 'api.requests', (series) => ({ ...series, points: [[shift - 5000, 50], ...series.points] }));
    const gate = (stages: StageEvidence[]) => stageOf(judgeEvidence({ ...evidence, stages }), 'soak').gates[0];
    expect(gate([close, seen])?.verdict).toBe('passed');
    expect(gate([seen])?.reason).toBe('load-not-applied');
  });

  test('a control route that waits for a few new environments in a failover is no starved host; one that always waits is', () => {
    const slow = (share: number) =>
      judge({
        profile: 'test',
        only: {
          failover: {
            edit: (stage) => ({
              ...stage,
              load: stage.load && {
                ...stage.load,
                judged: stage.load.judged.map((counted) => {
                  const late = counted.route === CONTROL ? Math.round(counted.requests * share) : 0;
                  return late === 0
                    ? counted
                    : {
                        ...counted,
                        latency: [
                          [5, counted.requests - late],
                          [250, late],
                        ] as [number, number][],
                      };
                }),
              },
            }),
          },
        },
      });
    expect(stageOf(slow(0.2), 'failover').verdict).toBe('passed');
    expect(stageOf(slow(0.6), 'failover')).toMatchObject({ verdict: 'inconclusive', reason: 'load-not-applied' });
  });

  test('a control route ten times slower than in smoke is the platform, not Redis', () => {
    const slow = judge({ only: { soak: { controlP95: 300 } } });
    expect(stageOf(slow, 'soak').gates[0]).toMatchObject({ id: 'load-validity', verdict: 'inconclusive', reason: 'load-not-applied' });
    expect(stageOf(slow, 'soak').gates[0]?.message).toContain(`${CONTROL}, which does not touch Redis, took 300 ms`);
    expect(stageOf(judge({ only: { soak: { controlP95: 90 } } }), 'soak').verdict).toBe('passed');
    expect(stageOf(judge({ only: { smoke: { controlP95: 20 }, soak: { controlP95: 190 } } }), 'soak').verdict).toBe('passed');
    expect(stageOf(judge({ only: { smoke: { controlP95: 20 }, soak: { controlP95: 210 } } }), 'soak').verdict).toBe('inconclusive');
    expect(stageOf(judge({ all: { controlP95: 300 } }), 'soak').verdict).toBe('passed');
  });

  test('without smoke it is said that the control route was compared with nothing', () => {
    const words = `How long ${CONTROL} took was not compared`;
    const alone = stageOf(judge({ stages: ['soak'], all: { controlP95: 300 } }), 'soak').gates[0];
    expect(alone).toMatchObject({ verdict: 'passed', message: expect.stringContaining(words) });
    for (const { message } of judge({ stages: ['smoke', 'soak'] }).stages.map(({ gates }) => gates[0] ?? { message: words }))
      expect(message).not.toContain(words);
  });

  test('requests that woke environments are in no second; as many as k6 says, or at most those that were planned', () => {
    const woken = (warmRequests: number | undefined, unseen: number) => {
      const warm = { warmRequests, requests: 50 + unseen, answered: 50 + unseen, statuses: { '200': 50 + unseen } };
      return stageOf(
        judge({ only: { smoke: { edit: (stage) => ({ ...stage, load: stage.load && { ...stage.load, ...warm } }) } } }),
        'smoke',
      ).gates[0]?.verdict;
    };
    expect([woken(undefined, 0), woken(undefined, 4), woken(undefined, 5)]).toEqual(['passed', 'passed', 'inconclusive']);
    expect([woken(4, 4), woken(4, 3), woken(0, 3)]).toEqual(['passed', 'inconclusive', 'inconclusive']);
  });
});

describe('what an invalid load leaves standing', () => {
  const dropped = { dropped: 5, summary: { iterations: 3900, requests: 3900, dropped: 5 } };

  test('every gate that would have passed reaches no verdict', () => {
    const soak = stageOf(judge({ only: { soak: { load: dropped } } }), 'soak');
    expect(soak).toMatchObject({ verdict: 'inconclusive', reason: 'load-not-applied' });
    expect(soak.gates.map(({ reason }) => reason)).toEqual(soak.gates.map(() => 'load-not-applied'));
  });

  test('5XX do not fail it, connections that stayed do', () => {
    const soak = judge({ only: { soak: { load: dropped, share5xx: 0.3, leakPerSecond: 60, leakCeiling: 1000 } } });
    expect(gateOf(soak, 'api-5xx')).toMatchObject({ verdict: 'inconclusive', reason: 'load-not-applied', value: 0.3 });
    expect(gateOf(soak, 'redis-connection-leak')).toMatchObject({ verdict: 'failed', reason: 'leak-level' });
    expect(gateOf(soak, 'redis-idle-return').verdict).toBe('failed');
    expect(soak.verdict).toBe('failed');
  });

  test('a trend needs the constant load that was not there', () => {
    const roomy = (text: string) =>
      text.replace('growthFloorAbsolute: 1, maxPerEnvironment: 3', 'growthFloorAbsolute: 1, maxPerEnvironment: 10');
    const gate = (load: Partial<LoadEvidence>) =>
      gateOf(judge({ only: { soak: { load, leakPerSecond: 0.2 } } }, roomy), 'redis-connection-leak');
    expect(gate({}).reason).toBe('leak-trend');
    expect(gate(dropped).reason).toBe('load-not-applied');
  });

  test("a stage's fault is its reason; connections that stayed still fail", () => {
    const fault = { reason: 'target-failed', detail: 'the primary cache node died' };
    const good = judge({ only: { soak: { edit: (stage) => ({ ...stage, fault }) } } });
    expect(stageOf(good, 'soak')).toMatchObject({ verdict: 'inconclusive', reason: 'target-failed' });
    expect(good.message).toContain('the primary cache node died');
    const leaking = judge({ only: { soak: { leakPerSecond: 60, edit: (stage) => ({ ...stage, fault, load: null }) } } });
    expect(stageOf(leaking, 'soak')).toMatchObject({ verdict: 'failed', reason: 'gates-failed' });
  });

  test('an unknown or harmless fault code blocks too', () => {
    for (const reason of ['who-knows', 'all-gates-passed', 'constructor']) {
      const report = judge({ only: { soak: { edit: (stage) => ({ ...stage, fault: { reason, detail: 'x' } }) } } });
      expect(stageOf(report, 'soak')).toMatchObject({ verdict: 'inconclusive', reason: 'target-failed' });
    }
  });
});

describe('a canary', () => {
  const canary = { stages: ['canary'] as const };

  test('is valid by its requests per version, with no generator of ours', () => {
    expect(judge({ ...canary, only: { canary: { edit: (stage) => ({ ...stage, load: null }) } } }).verdict).toBe('passed');
  });

  test('is not without enough requests of either version', () => {
    for (const version of ['1', '2']) {
      const starved = (stage: StageEvidence) =>
        editSeries(stage, 'lambda.invocations', (series) =>
          series.dimensions['ExecutedVersion'] === version ? { ...series, points: series.points.map(([at]) => [at, 40]) } : series,
        );
      const report = judge({ ...canary, only: { canary: { edit: starved } } });
      expect(report).toMatchObject({ verdict: 'inconclusive', reason: 'too-few-requests' });
    }
  });

  test('fails by the new version alone', () => {
    expect(gateOf(judge({ ...canary, all: { canaryErrors: 0.2 } }), 'canary-errors')).toMatchObject({
      verdict: 'failed',
      value: 0.2,
      n: 150,
    });
    const oldIsBad = (stage: StageEvidence) =>
      editSeries(stage, 'lambda.errors', (series) =>
        series.dimensions['ExecutedVersion'] === '1' ? { ...series, points: series.points.map(([at]) => [at, 70]) } : series,
      );
    expect(judge({ ...canary, only: { canary: { edit: oldIsBad } } }).verdict).toBe('passed');
  });

  test('silence of the release never passes it', () => {
    const silent = (stage: StageEvidence) => editSeries(stage, 'runtime.responses', (series) => ({ ...series, points: [] }));
    expect(gateOf(judge({ ...canary, only: { canary: { edit: silent } } }), 'canary-responses-5xx')).toMatchObject({
      verdict: 'inconclusive',
      reason: 'metric-missing',
    });
  });
});
