import { certainFailures } from '../../../src/gates/early/certain';
import type { StageEvidence } from '../../../src/gates/evidence-schema';
import { type Behaviour, buildStage, GOOD, NOW, policyOf, policyText, recounted } from '../builders';
import { gateOf, judge, swap } from '../helpers';
import { stoppedAt } from './stopped-stage';

const START = NOW.getTime() + 40_000;
/** A quarter of the judged minute: three periods, 900 of 3,600 requests. */
const QUARTER = 25_000;
const LEAK = '- { id: redis-connection-leak,';

function certain(
  behaviour: Partial<Behaviour>,
  { at = QUARTER, edit = (text: string) => text, change = (stage: StageEvidence) => stage } = {},
) {
  const { policy } = policyOf(edit(policyText()));
  const stage = buildStage('soak', { ...GOOD, ...behaviour }, { policy, profile: 'quick', start: START });
  return certainFailures({ stage: change(stoppedAt(stage, at)), policy, earlier: [] });
}

type Route = NonNullable<StageEvidence['load']>['judged'][number];

function withRoutes(stage: StageEvidence, change: (route: Route, index: number) => Route): StageEvidence {
  return { ...stage, load: stage.load && { ...stage.load, judged: stage.load.judged.map(change) } };
}

/** So many failed requests of one route, in the totals and in the last second. */
function withFailures(stage: StageEvidence, failed: number): StageEvidence {
  const failing = stage.load?.judged[1]?.route;
  const series = stage.series.map((each) =>
    each.metric === 'client.failed' && each.dimensions['route'] === failing
      ? { ...each, points: each.points.map(([at, n], i, all): [number, number] => [at, i === all.length - 1 ? n + failed : n]) }
      : each,
  );
  return recounted({ ...stage, series });
}

/** One more gate of the soak. */
const gate = (text: string) => swap(LEAK, `- { id: extra, judge: limit, ${text} }\n      ${LEAK}`);

describe('what the rest of the load cannot undo', () => {
  test('a good release has nothing of it', () => {
    expect(certain({})).toEqual([]);
  });

  test('the incident is certain at the first look, by level, by connections per request and by capacity', () => {
    expect(certain({ leakPerSecond: 60, newConnectionsPerRequest: 1 })).toEqual([
      'redis-connection-leak',
      'redis-new-connections',
      'redis-capacity',
    ]);
  });

  test('a gate that is only observed stops nothing', () => {
    const observed = swap(`${LEAK} judge: leak,`, `${LEAK} mode: observe, until: 2099-01-01, judge: leak,`);
    expect(certain({ leakPerSecond: 60 }, { edit: observed })).toEqual(['redis-capacity']);
  });

  test('a proportion must fail even if every further request is good: no look at an ordinary bound', () => {
    const failing = (failed: number) => ({ change: (stage: StageEvidence) => withFailures(stage, failed) });
    // 4 of 900 are surely above 0.1 %; of the 3,780 requests that the plan and its margin allow, it takes 8.
    expect(certain({}, failing(4))).toEqual([]);
    expect(certain({}, failing(7))).toEqual([]);
    expect(certain({}, failing(8))).toEqual(['client-failed']);
  });

  test('a sum must have passed its limit, a ratio the limit times all requests that are planned', () => {
    expect(certain({ throttlesPerPeriod: 1 })).toEqual(['lambda-throttles']);
    // 0.05 for each of 3,780 requests are 189; in the first 900 that is 0.21.
    expect(certain({ newConnectionsPerRequest: 0.2 })).toEqual([]);
    expect(certain({ newConnectionsPerRequest: 0.22 })).toEqual(['redis-new-connections']);
    expect(certain({ newConnectionsPerRequest: 0.12 }, { at: 40_000 })).toEqual(['redis-new-connections']);
  });

  test('a percentile of all requests is certain once so many are slow that the others cannot outnumber them', () => {
    const slow = gate('of: client.p95, max: 100ms');
    // Of the control route alone: 300 of 900, which are 8 % of 3,780; and 150, which are 4 %.
    expect(certain({ controlP95: 500 }, { edit: slow })).toContain('extra');
    const few = (stage: StageEvidence) =>
      withRoutes(stage, (route) => ({
        ...route,
        latency: [
          [8, route.requests - 50],
          [500, 50],
        ],
      }));
    expect(certain({}, { edit: slow, change: few })).toEqual([]);
  });

  test('a level in every period of a stretch is certain when the stretch is complete', () => {
    const held = (time: string) => ({ edit: gate(`of: api.latencyP95, max: 100ms, for: ${time}`) });
    expect(certain({ p95: 500 }, held('15s'))).toContain('extra');
    expect(certain({ p95: 500 }, held('20s'))).not.toContain('extra');
  });

  test('a trend is never certain', () => {
    const edit = swap('maxPerEnvironment: 3, minDatapoints: 10', 'maxPerEnvironment: 20, minDatapoints: 5');
    const leaking = { leakPerSecond: 0.5 };
    expect(gateOf(judge({ stages: ['soak'], all: leaking }, edit), 'redis-connection-leak').reason).toBe('leak-trend');
    expect(certain(leaking, { at: 55_000, edit })).toEqual([]);
  });
});

describe('a load in doubt stops nothing', () => {
  const leak = { leakPerSecond: 60 };

  test.each<[string, Partial<Behaviour>]>([
    ['dropped iterations', { load: { dropped: 3 } }],
    ['arrivals that lag', { load: { arrivalLagP95Ms: 40 } }],
    ['a machine short of CPU', { load: { cpuPressure: 99 } }],
    ['a rate below the plan', { load: { achievedRate: 40 } }],
    ['no second that must have ended', { load: { plannedRate: 0, achievedRate: 0 } }],
  ])('%s', (_, doubt) => {
    expect(certain({ ...leak, ...doubt })).toEqual([]);
  });

  test('requests that the gateway did not count, or that nobody sent', () => {
    const counted = (factor: number) => (stage: StageEvidence) => ({
      ...stage,
      series: stage.series.map((series) =>
        series.metric === 'api.requests'
          ? { ...series, points: series.points.map(([at, n]): [number, number] => [at, Math.round(n * factor)]) }
          : series,
      ),
    });
    expect(certain(leak, { change: counted(0.9) })).toEqual([]);
    expect(certain(leak, { change: counted(1.1) })).toEqual([]);
    expect(certain(leak, { change: counted(1) })).not.toEqual([]);
  });

  test('requests that a stop interrupts are on their way, not missing', () => {
    // 2 s of latency at 60/s: 120 of the 1,200 have no answer yet.
    const open = (stage: StageEvidence): StageEvidence => {
      const [iterations, dropped] = [1080, 0];
      const summary = { iterations, requests: iterations, dropped };
      const until = Date.parse(stage.judged.end) - 2000;
      const series = stage.series.map((each) =>
        each.source === 'k6' ? { ...each, points: each.points.filter(([at]) => at < until) } : each,
      );
      const load = stage.load && { ...stage.load, iterations, requests: iterations, answered: iterations, summary };
      return recounted({ ...stage, load, series });
    };
    expect(certain(leak, { change: open })).not.toEqual([]);
    expect(certain(leak, { change: (stage) => open({ ...stage, plan: { ...stage.plan, requestTimeoutMs: 1000 } }) })).toEqual([]);
  });
});
