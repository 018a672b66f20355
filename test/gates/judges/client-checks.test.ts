import { evaluateStage } from '../../../src/gates/evaluate-stage';
import type { LoadEvidence, StageEvidence } from '../../../src/gates/evidence-schema';
import { measured } from '../../../src/gates/measure/measured';
import { buildEvidence, editSeries, policyOf, policyText, recounted } from '../builders';
import { gateOf, judge, stageOf, swap } from '../helpers';

const GATE = '- { id: client-checks, judge: limit, of: client.checksFailed / client.requests, max: 0.1% }';
const PER_ROUTE = `${GATE.slice(0, -2).replace('client.requests,', 'client.requests per route,')}, minRequests: 300 }`;
const ROUTE = 'GET /v1/profiles/{userId}';
type RouteLoad = LoadEvidence['judged'][number];

function routes(edit: (route: RouteLoad) => RouteLoad) {
  return (stage: StageEvidence): StageEvidence => ({
    ...stage,
    load: stage.load && { ...stage.load, judged: stage.load.judged.map(edit) },
  });
}

function judged(edit: (stage: StageEvidence) => StageEvidence, gate = GATE) {
  const soak = stageOf(judge({ only: { soak: { edit } } }, gate === GATE ? undefined : swap(GATE, gate)), 'soak');
  return soak.gates.find(({ id }) => id === 'client-checks');
}

const unchecked = routes((route) => ({ ...route, checked: 0 }));
const missing = { verdict: 'inconclusive', reason: 'metric-missing' };

describe('a script that never checks an answer', () => {
  test('says nothing about them: none of them can pass for right', () => {
    expect(judged((stage) => stage)).toMatchObject({ verdict: 'passed', value: 0 });
    expect(judged(unchecked)).toMatchObject({ ...missing, message: expect.stringContaining('call check() in it, or drop the gate') });
  });

  test.each([
    ['in a stretch', `${GATE.slice(0, -2)}, within: 20s, minRequests: 300 }`],
    ['for a time', `${GATE.slice(0, -2)}, for: 10s }`],
    ['as a number', '- { id: client-checks, judge: limit, of: client.checksFailed, max: 0 }'],
    ['on each route', PER_ROUTE],
  ])('%s', (_, gate) => {
    expect(judged((stage) => stage, gate)).toMatchObject({ verdict: 'passed' });
    expect(judged(unchecked, gate)).toMatchObject(missing);
  });

  test('against a baseline', () => {
    const of = 'client.checksFailed / client.requests';
    const { policy } = policyOf(
      swap(GATE, `- { id: client-checks, judge: baseline, of: ${of}, maxIncrease: 1%, maxIncreaseAbsolute: 1% }`)(policyText()),
    );
    const [stage] = buildEvidence({ policy, stages: ['soak'] }).stages as [StageEvidence];
    const verdict = (each: StageEvidence) =>
      evaluateStage({ stage: each, policy, earlier: [], baseline: measured(stage) }).gates.find(({ id }) => id === 'client-checks');
    expect(verdict(stage)).toMatchObject({ verdict: 'passed' });
    expect(verdict(unchecked(stage))).toMatchObject(missing);
  });

  test('of one route has no verdict on that route; on all together the others speak', () => {
    const one = routes((route) => (route.route === ROUTE ? { ...route, checked: 0 } : route));
    expect(judged(one)).toMatchObject({ verdict: 'passed' });
    expect(judged(one, PER_ROUTE)).toMatchObject({ ...missing, message: expect.stringContaining(`no answer of ${ROUTE}`) });
  });
});

test('evidence that does not say what was checked: a check that failed was one that ran, silence is none', () => {
  const silent = routes(({ checked: _, ...route }) => route);
  expect(judged(silent)).toMatchObject(missing);
  const bad = judge({ only: { soak: { checksFailed: 0.5, edit: silent } } });
  expect(gateOf({ ...bad, stages: [stageOf(bad, 'soak')] }, 'client-checks')).toMatchObject({ verdict: 'failed', reason: 'above-limit' });
});

describe('several failed checks of one answer', () => {
  /** Two of every answer of one route. */
  const twice = (stage: StageEvidence): StageEvidence => {
    const sent = stage.series.find(({ metric, dimensions }) => metric === 'client.requests' && dimensions['route'] === ROUTE);
    const doubled = (sent?.points ?? []).map(([at, n]): [number, number] => [at, 2 * n]);
    return recounted(
      editSeries(stage, 'client.checksFailed', (series) =>
        series.dimensions['route'] === ROUTE ? { ...series, points: doubled } : series,
      ),
    );
  };

  test.each([
    ['over the whole window', GATE, 1200],
    ['in a stretch', `${GATE.slice(0, -2)}, within: 20s }`, 400],
    ['for a time', `${GATE.slice(0, -2)}, for: 10s }`, undefined],
  ])('are one wrong answer %s', (_, gate, events) => {
    const verdict = judged(twice, gate);
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'above-limit' });
    if (events !== undefined) expect(verdict?.details?.['events']).toBe(events);
  });
});
