import { evaluate } from '../../../src/gates/evaluate';
import { evaluateStage } from '../../../src/gates/evaluate-stage';
import type { StageEvidence } from '../../../src/gates/evidence-schema';
import { measured, unmeasured } from '../../../src/gates/measure/measured';
import { parsePolicy } from '../../../src/gates/policy/parse';
import { buildEvidence, NOW, policyOf, policyText } from '../builders';
import { swap } from '../helpers';
import { expectBlocked, load, neverPasses, points, series, withStage } from './rows';

/**
 * Inputs that other gate engines answer with a pass, as their own tests, code or documentation say: each named by the engine and its input. Here
 * each is inconclusive, or the policy is refused.
 */
const ROUTE = 'GET /v1/profiles/{userId}';
const SOAK_LATENCY = swap(
  '{ id: lambda-throttles, judge: limit, of: lambda.throttles, max: 0 }',
  `{ id: latency, judge: limit, of: client.p95, route: "${ROUTE}", max: 250ms }`,
);
const SOAK_ROUTE = swap(
  '{ id: lambda-throttles, judge: limit, of: lambda.throttles, max: 0 }',
  `{ id: label, judge: limit, of: client.failed / client.requests, route: "${ROUTE}", max: 1% }`,
);

describe('inconclusive', () => {
  neverPasses([
    {
      what: 'Kayenta, ScorerSuite "Two Groups, one Pass, one Nodata": score 100',
      gate: 'redis-new-connections',
      reason: 'metric-missing',
      wrong: (stage) => ({ ...stage, series: stage.series.filter(({ metric }) => metric !== 'redis.newConnections') }),
    },
    {
      what: 'Kayenta, ClassifierSuite "Missing Experiment Data with NaN Replacement": pass',
      gate: 'lambda-throttles',
      reason: 'bad-data',
      wrong: points('lambda.throttles', (all) => all.map(([at]) => [at, Number.NaN])),
      unwritable: true,
    },
    {
      what: 'Argo Rollouts 4147, CloudWatch answers [[]] and the condition is all(): successful',
      gate: 'load-validity',
      reason: 'metric-missing',
      wrong: (stage) => ({ ...stage, series: stage.series.map((each) => ({ ...each, points: [] })) }),
    },
    {
      what: 'Flagger, cloudwatch.go takes Values[0], however old: pass',
      gate: 'redis-connection-leak',
      reason: 'metric-missing',
      wrong: points('redis.connections', (all, from) => all.filter(([at]) => at < from)),
      twin: points('redis.connections', (all) => all),
    },
    {
      what: 'k6, thresholds_test.go, an empty trend: ok',
      gate: 'latency',
      reason: 'metric-missing',
      policy: SOAK_LATENCY,
      wrong: refused,
    },
    {
      what: 'Taurus, passfail.py, a label that was never seen: not triggered',
      gate: 'label',
      reason: 'metric-missing',
      policy: SOAK_ROUTE,
      wrong: (stage) => ({
        ...load({ judged: (stage.load?.judged ?? []).map((each) => ({ ...each, route: renamed(each.route) })) })(stage),
        series: stage.series.map((each) => {
          const { route } = each.dimensions;
          return route === undefined ? each : { ...each, dimensions: { ...each.dimensions, route: renamed(route) } };
        }),
      }),
    },
    {
      what: 'Azure Load Testing, testResult is undefined: green step',
      gate: 'load-validity',
      reason: 'load-not-applied',
      wrong: (stage) => ({ ...stage, load: null }),
    },
    {
      what: 'Datadog CI, the API is down or times out: exit code 0',
      gate: 'load-validity',
      reason: 'query-error',
      wrong: (stage) => ({ ...stage, fault: { reason: 'query-error', detail: 'CloudWatch did not answer' } }),
    },
  ]);

  const { policy, digest } = policyOf();
  const judgeRun = (stages: Parameters<typeof buildEvidence>[0]) =>
    evaluate({ evidence: buildEvidence({ policy, ...stages }), policy, policyDigest: digest, toolVersion: '0.1.0' });

  test('Argo Rollouts, analysis_test.go, terminated before anything was measured: successful', () => {
    expect(judgeRun({ stages: ['smoke', 'soak'] }).verdict).toBe('passed');
    expect(judgeRun({ stages: [], planned: ['smoke', 'soak'] })).toMatchObject({
      verdict: 'inconclusive',
      reason: 'not-run',
      stages: [
        { verdict: 'inconclusive', reason: 'not-run' },
        { verdict: 'inconclusive', reason: 'not-run' },
      ],
    });
    const soak = buildEvidence({ policy, stages: ['soak'] });
    const stopped = withStage(
      soak,
      'soak',
      load({ outcome: 'stopped', detail: 'stopped by hand', judged: [], iterations: 0, requests: 0 }),
    );
    expectBlocked(evaluateStage({ stage: stopped.stages[0] as StageEvidence, policy, earlier: [] }), {
      gate: 'load-validity',
      reason: 'aborted',
    });
  });

  test('Harness, no analysis was done: pass unless opted in', () => {
    expect(judgeRun({ stages: ['smoke', 'soak'], planned: ['smoke', 'soak', 'spike'] })).toMatchObject({
      verdict: 'inconclusive',
      reason: 'not-run',
      stages: [{ verdict: 'passed' }, { verdict: 'passed' }, { verdict: 'inconclusive', reason: 'not-run' }],
    });
  });
});

describe('inconclusive without something to compare with', () => {
  const { policy } = policyOf(
    swap(
      '{ id: lambda-throttles, judge: limit, of: lambda.throttles, max: 0 }',
      '{ id: slower, judge: baseline, of: client.p95, maxIncrease: 20%, maxIncreaseAbsolute: 20ms }',
    )(policyText()),
  );
  const [stage, before] = [1, 2].map(() => buildEvidence({ policy, stages: ['soak'] }).stages[0]) as [StageEvidence, StageEvidence];
  const judged = (baseline: Parameters<typeof evaluateStage>[0]['baseline']) =>
    evaluateStage({ stage, policy, earlier: [], ...(baseline === undefined ? {} : { baseline }) });

  test('the same release against a whole baseline passes', () => {
    expect(judged(measured(before))).toMatchObject({ verdict: 'passed' });
  });

  test.each([
    ['Keptn v1, evaluate_sli_handler_test.go, no history: pass', unmeasured('baseline-missing', 'none was promoted'), 'baseline-missing'],
    ['Perfana, adapt_conclusion.py, all is incomparable: passed', measured({ ...before, series: [], load: null }), 'baseline-missing'],
    [
      'Bencher, boundary.rs, the history is too short: no alert',
      measured(points('client.p95', (all, from) => all.filter(([at]) => at < from + 4000))(before)),
      'baseline-too-short',
    ],
    [
      'github-action-benchmark, write.ts, the benchmark is missing in the run before: skipped',
      measured({ ...before, series: before.series.filter(({ metric }) => metric !== 'client.p95') }),
      'baseline-missing',
    ],
    ['a baseline whose points cannot be believed', measured(series('client.p95', { periodSeconds: 7 })(before)), 'baseline-missing'],
  ] as const)('%s', (_, baseline, reason) => {
    expectBlocked(judged(baseline), { gate: 'slower', reason });
  });
});

const renamed = (route: string) => (route === ROUTE ? `${ROUTE}/v2` : route);

/** Every answer of one route was a 404, which is not timed: all of k6's accounts agree, and its trend is empty. */
function refused(stage: StageEvidence): StageEvidence {
  const judged = (stage.load?.judged ?? []).map((each) => (each.route === ROUTE ? { ...each, latency: [] } : each));
  const sent = judged.find(({ route }) => route === ROUTE)?.requests ?? 0;
  const statuses = { '200': (stage.load?.requests ?? 0) - sent, '404': sent };
  const series = stage.series.filter(({ metric, dimensions }) => metric !== 'client.p95' || dimensions['route'] !== ROUTE);
  return { ...load({ judged, statuses })(stage), series };
}

describe('refused as a policy', () => {
  const problems = (text: string): string => {
    const parsed = parsePolicy(text, 'gates.yaml', NOW);
    return parsed.ok ? '' : parsed.problems.map(({ message }) => message).join('\n');
  };

  test('the shipped one is not', () => expect(problems(policyText())).toBe(''));

  test.each<[string, (text: string) => string, string]>([
    ['Keptn v1, no SLO file: pass', () => '', 'expected object'],
    [
      'Argo Rollouts, evaluate_test.go, no conditions: successful',
      swap('of: lambda.throttles, max: 0 }\n      - { id: control-route', 'of: lambda.throttles }\n      - { id: control-route'),
      'is missing: expected a number',
    ],
    [
      'Keptn v2, analysis_evaluator_test.go, no objectives: pass',
      (text) => text.replace(/(\n {4}script: k6\/smoke\.ts[\s\S]*? {4}gates:)\n( {6}- .*\n)+/, '$1 []\n'),
      'proves nothing',
    ],
    [
      'CodeDeploy, an alarm that does not exist: OK',
      swap('id: lambda-throttles, judge: limit, of: lambda.throttles,', 'id: lambda-throttles, judge: limit, of: lambda.throttle,'),
      'did you mean "lambda.throttles"?',
    ],
    ['all gates are only observed', swap('defaults: { mode: enforce', 'defaults: { mode: observe'), 'no gate is enforced'],
    [
      'all gates are disabled',
      (text) => text.replaceAll(/(judge: [a-z-]+),/g, '$1, disabled: "while we look for the cause",'),
      'no gate is enforced',
    ],
    [
      'a route gate on what is only known for all routes',
      swap(
        'of: lambda.throttles, max: 0 }\n      - { id: control-route',
        'of: lambda.throttles, route: "GET /health", max: 0 }\n      - { id: control-route',
      ),
      'per route',
    ],
  ])('%s', (_, edit, message) => {
    expect(edit(policyText())).not.toBe(policyText());
    expect(problems(edit(policyText()))).toContain(message);
  });
});
