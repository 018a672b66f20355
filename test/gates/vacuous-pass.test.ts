import { evaluateStage } from '../../src/gates/evaluate-stage';
import type { Series, StageEvidence } from '../../src/gates/evidence-schema';
import { parsePolicy } from '../../src/gates/policy/parse';
import { buildEvidence, editSeries, NOW, policyOf, policyText } from './builders';
import { gateOf, judge, judgeEvidence, stageOf, swap } from './helpers';

/**
 * Inputs that other gate engines pass (each names the one whose own tests or code show it). Ours must answer
 * inconclusive, or refuse the policy.
 */
const soak = (edit: (stage: StageEvidence) => StageEvidence) => ({ only: { soak: { edit } } });
const points = (metric: string, edit: (series: Series) => Series['points']) =>
  soak((stage) => editSeries(stage, metric, (series) => ({ ...series, points: edit(series) })));

describe('missing and broken data', () => {
  test('Kayenta: one gate passes, one has no data', () => {
    const report = judge(soak((stage) => editSeries(stage, 'redis.newConnections', () => null)));
    expect(gateOf(report, 'api-5xx').verdict).toBe('passed');
    expect(gateOf(report, 'redis-new-connections')).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
    expect(report).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
  });

  test('Kayenta, Argo: every value absent ("all of nothing")', () => {
    const report = judge(soak((stage) => ({ ...stage, series: stage.series.map((series) => ({ ...series, points: [] })) })));
    expect(stageOf(report, 'soak')).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
    expect(stageOf(report, 'soak').gates.map(({ verdict }) => verdict)).not.toContain('passed');
  });

  test('Azure: no series at all', () => {
    const report = judge(soak((stage) => ({ ...stage, series: [] })));
    expect(stageOf(report, 'soak').gates.map(({ verdict }) => verdict)).not.toContain('passed');
  });

  test.each(['api.requests', 'redis.connections', 'lambda.throttles', 'api.5xx'])('a value of %s that is not a number', (metric) => {
    // Judged stage by stage: a file cannot hold such a value, so a whole run's evidence has no digest with it.
    const { policy } = policyOf();
    const [stage] = buildEvidence({ stages: ['soak'], all: { share5xx: 0.0001 } }).stages as [StageEvidence];
    const broken = editSeries(stage, metric, (series) => ({
      ...series,
      points: series.points.map(([at, value], i) => [at, i === 7 ? Number.NaN : value]),
    }));
    const report = evaluateStage({ stage: broken, policy, earlier: [] });
    expect(report.verdict).toBe('inconclusive');
    expect(report.gates.some(({ reason }) => reason === 'bad-data')).toBe(true);
    expect(evaluateStage({ stage, policy, earlier: [] }).verdict).toBe('passed');
  });

  test('Flagger: the newest value is an old one (nothing within the window)', () => {
    const report = judge(points('lambda.throttles', (series) => series.points.slice(0, 2).map(([at]) => [at - 60_000, 0])));
    const silent = judge(
      soak((stage) =>
        editSeries(
          editSeries(stage, 'lambda.throttles', (s) => ({ ...s, points: [] })),
          'lambda.invocations',
          (s) => ({ ...s, points: [] }),
        ),
      ),
    );
    // Invocations prove that the throttles were observed: absent is zero there, and nowhere else.
    expect(gateOf(report, 'lambda-throttles').verdict).toBe('passed');
    expect(gateOf(silent, 'lambda-throttles')).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
  });

  test('a counter is zero in a period only where its heartbeat beat in that period', () => {
    const without = (...metrics: string[]) =>
      soak((stage) =>
        metrics.reduce(
          (each, metric) => editSeries(each, metric, (series) => ({ ...series, points: series.points.filter((_, i) => i !== 7) })),
          stage,
        ),
      );
    expect(gateOf(judge(without('lambda.throttles')), 'lambda-throttles').verdict).toBe('passed');
    expect(gateOf(judge(without('lambda.throttles', 'lambda.invocations')), 'lambda-throttles')).toMatchObject({
      verdict: 'inconclusive',
      reason: 'metric-missing',
    });
  });

  test('a 5XX counter that is absent is zero only where requests were counted', () => {
    const gap = judge(points('api.requests', (series) => series.points.filter((_, i) => i !== 5)));
    expect(gateOf(gap, 'api-5xx').verdict).toBe('inconclusive');
  });

  test.each([
    ['PartialData', 'partial-data'],
    ['Forbidden', 'query-forbidden'],
    ['InternalError', 'query-error'],
  ] as const)('CloudWatch answers %s', (statusCode, reason) => {
    for (const metric of ['redis.newConnections', 'redis.connections', 'api.5xx', 'lambda.throttles']) {
      const report = judge(soak((stage) => editSeries(stage, metric, (series) => ({ ...series, statusCode, messages: ['not today'] }))));
      expect(stageOf(report, 'soak').verdict).toBe('inconclusive');
      expect(
        stageOf(report, 'soak')
          .gates.filter((gate) => gate.reason === reason)
          .map(({ message }) => message)
          .join(),
      ).toContain('not today');
    }
    const blind = judge(soak((stage) => ({ ...stage, series: stage.series.map((series) => ({ ...series, statusCode })) })));
    expect(stageOf(blind, 'soak')).toMatchObject({ verdict: 'inconclusive', reason });
  });

  test.each<[string, (points: Series['points']) => Series['points']]>([
    ['doubled', ([first, ...rest]) => (first ? [first, first, ...rest] : [])],
    ['newest first', (all) => all.toReversed()],
    ['off the grid', (all) => all.map(([at, value]) => [at + 1, value])],
    ['negative', (all) => all.map(([at]) => [at, -1])],
  ])('datapoints that are %s', (_, edit) => {
    const report = judge(points('redis.connections', (series) => edit(series.points)));
    expect(gateOf(report, 'redis-connection-leak')).toMatchObject({ verdict: 'inconclusive', reason: 'bad-data' });
  });

  test('wrong dimensions, another period or a second series are not the metric', () => {
    const wrong = judge(soak((stage) => editSeries(stage, 'api.requests', (series) => ({ ...series, dimensions: { ApiName: 'api1' } }))));
    expect(stageOf(wrong, 'soak')).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
    const coarse = judge(soak((stage) => editSeries(stage, 'api.requests', (series) => ({ ...series, periodSeconds: 1 }))));
    expect(stageOf(coarse, 'soak').reason).toBe('bad-data');
    const twice = judge(
      soak((stage) => ({ ...stage, series: [...stage.series, ...stage.series.filter(({ metric }) => metric === 'api.requests')] })),
    );
    expect(stageOf(twice, 'soak').reason).toBe('bad-data');
  });

  test('k6, Taurus: a route that was never requested', () => {
    expect(gateOf(judge({}, swap('route: "GET /health", max: 1%', 'route: "GET /typo", max: 1%')), 'control-route').reason).toBe(
      'metric-missing',
    );
  });

  test('k6: an empty latency reads as no value, not as 0 ms', () => {
    const edit = swap(
      '{ id: lambda-throttles, judge: limit, of: lambda.throttles, max: 0 }',
      '{ id: latency, judge: limit, of: client.p95, max: 250ms }',
    );
    const empty = judge({ only: { soak: { load: { judged: [] } } } }, edit);
    expect(gateOf(empty, 'latency').verdict).toBe('inconclusive');
    const untimed = judge(
      {
        only: {
          soak: {
            edit: (stage) => ({
              ...stage,
              load: stage.load && { ...stage.load, judged: stage.load.judged.map((route) => ({ ...route, latency: [] })) },
            }),
          },
        },
      },
      edit,
    );
    expect(gateOf(untimed, 'latency')).toMatchObject({ verdict: 'inconclusive', reason: 'metric-missing' });
  });
});

describe('runs that did not happen', () => {
  test('Argo: stopped before anything was measured', () => {
    const report = judge({ stages: [], planned: ['smoke', 'soak'] });
    expect(report).toMatchObject({ verdict: 'inconclusive', reason: 'not-run' });
    expect(gateOf(report, 'redis-connection-leak')).toMatchObject({ verdict: 'inconclusive', reason: 'not-run' });
  });

  test('Keptn, Perfana: nothing was planned at all', () => {
    expect(judge({ stages: [], planned: [] })).toMatchObject({ verdict: 'inconclusive', reason: 'not-run', stages: [] });
  });

  test('a planned stage without evidence is not-run, never absent', () => {
    const report = judge({ stages: ['smoke', 'soak'], planned: ['smoke', 'soak', 'spike'] });
    expect(report.stages.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['smoke', 'passed'],
      ['soak', 'passed'],
      ['spike', 'inconclusive'],
    ]);
    expect(report).toMatchObject({ verdict: 'inconclusive', reason: 'not-run' });
  });

  test('a stage that the policy has no gate for proves nothing', () => {
    const evidence = buildEvidence();
    const failover = { ...(evidence.stages[1] as StageEvidence), name: 'failover' as const };
    const report = judgeEvidence({ ...evidence, stages: [...evidence.stages, failover] });
    expect(stageOf(report, 'failover')).toMatchObject({ verdict: 'inconclusive', reason: 'not-run' });
    expect(report.verdict).toBe('inconclusive');
  });

  test('Datadog: the tool could not ask', () => {
    const report = judge(
      soak((stage) => ({ ...stage, load: null, series: [], fault: { reason: 'query-error', detail: 'CloudWatch did not answer' } })),
    );
    expect(stageOf(report, 'soak')).toMatchObject({ verdict: 'inconclusive', reason: 'query-error' });
  });

  test('a retry that passed does not erase a failure; one that was inconclusive may be retried', () => {
    const evidence = buildEvidence({ stages: ['soak'] });
    const bad = buildEvidence({ stages: ['soak'], all: { leakPerSecond: 60 } }).stages;
    const vague = buildEvidence({ stages: ['soak'], all: { load: { dropped: 1 } } }).stages;
    const second = evidence.stages.map((stage) => ({ ...stage, attempt: 2 }));
    expect(judgeEvidence({ ...evidence, stages: [...bad, ...second] }).verdict).toBe('failed');
    expect(judgeEvidence({ ...evidence, stages: [...vague, ...second] }).verdict).toBe('passed');
    expect(judgeEvidence({ ...evidence, stages: [...second, ...vague] }).verdict).toBe('passed');
  });
});

describe('policies that would let everything pass', () => {
  const refused = (text: string): string => {
    const parsed = parsePolicy(text, 'gates.yaml', NOW);
    return parsed.ok ? '' : parsed.problems.map(({ message }) => message).join('\n');
  };

  test('Argo, Keptn v2: no conditions', () => {
    expect(refused('')).not.toBe('');
    expect(
      refused(
        swap('    gates:\n      - { id: smoke-client-failed', '    gates: []\n    x:\n      - { id: smoke-client-failed')(policyText()),
      ),
    ).toContain('proves nothing');
    expect(refused(policyText().replace('defaults: { mode: enforce', 'defaults: { mode: observe'))).toContain('no gate is enforced');
  });

  test('Harness: a gate without a limit', () => {
    expect(
      refused(
        swap(
          'of: lambda.throttles, max: 0 }\n      - { id: control-route',
          'of: lambda.throttles }\n      - { id: control-route',
        )(policyText()),
      ),
    ).not.toBe('');
  });

  test('CodeDeploy: a name that does not exist', () => {
    expect(
      refused(
        swap(
          '{ id: lambda-throttles, judge: limit, of: lambda.throttles,',
          '{ id: lambda-throttles, judge: limit, of: lambda.throttle,',
        )(policyText()),
      ),
    ).toContain('did you mean "lambda.throttles"?');
  });
});
