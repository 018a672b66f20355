import type { StageEvidence } from '../../../src/gates/evidence-schema';
import { editSeries, recounted } from '../builders';
import { load, neverPasses, points, type Row } from './rows';

const LOAD = { gate: 'load-validity', reason: 'load-not-applied' } as const;
const row = (what: string, wrong: Row['wrong'], rest: Partial<Row> = {}): Row => ({ ...LOAD, what, wrong, ...rest });

describe('the load was not what was planned', () => {
  neverPasses([
    row('k6 left nothing', (stage) => ({ ...stage, load: null })),
    row('k6 ended with 0 and had no sample', (stage) => withoutClients(load(NOTHING)(stage))),
    row('the rate was reached for 94 %', load({ achievedRate: 56.4 }), { twin: load({ achievedRate: 57 }) }),
    row('the rate is not a number', load({ achievedRate: Number.NaN }), { unwritable: true }),
    row('iterations were dropped', load({ dropped: 1, summary: { iterations: 3900, requests: 3900, dropped: 1 } })),
    row('iterations began late', load({ arrivalLagP95Ms: 21 }), { twin: load({ arrivalLagP95Ms: 20 }) }),
    row('the machine had no CPU left', load({ cpuPressure: 86 }), { twin: load({ cpuPressure: null }) }),
    row('nobody was let in', load({ statuses: { '200': 1900, '403': 2000 } }), { twin: load({ statuses: { '200': 2000, '403': 1900 } }) }),
    row('no request went to the control route', (stage) => routes(stage, 'GET /health', () => null)),
    row(
      'somebody else sent requests before',
      points('api.requests', (all, from) => [[from - 20_000, 40], ...all]),
      {
        twin: points('api.requests', (all, from) => [[from - 20_000, 1], ...all]),
      },
    ),
    row(
      'the gateway counted 3 % more than was sent',
      points('api.requests', (all) => all.map(([at, n]) => [at, n * 1.03])),
      {
        twin: points('api.requests', (all) => all.map(([at, n]) => [at, n * 1.01])),
      },
    ),
    row(
      'the gateway counted 3 % less',
      points('api.requests', (all) => all.map(([at, n]) => [at, n * 0.97])),
    ),
  ]);
});

describe('the load ended badly', () => {
  neverPasses([
    row('k6 threw', load({ outcome: 'failed', exitCode: 107, detail: 'script exception' }), { reason: 'load-tool-failed' }),
    row('k6 was stopped', load({ outcome: 'stopped', exitCode: null, detail: 'by hand' }), { reason: 'aborted' }),
    row('the cache was lost', (stage) => ({ ...stage, fault: { reason: 'target-failed', detail: 'the cache ended' } }), {
      reason: 'target-failed',
    }),
    row('a fault that claims to be a pass', (stage) => ({ ...stage, fault: { reason: 'load-applied', detail: '' } }), {
      reason: 'target-failed',
    }),
    row('the metrics never settled', (stage) => ({ ...stage, fault: { reason: 'metrics-late', detail: 'after 30 s' } }), {
      reason: 'metrics-late',
    }),
  ]);
});

describe("k6's accounts of the same load disagree", () => {
  neverPasses([
    row('there are no totals to check the series with', load({ summary: null })),
    row('the totals know more iterations', load({ summary: { iterations: 3901, requests: 3900, dropped: 0 } })),
    row('the totals know dropped iterations', load({ summary: { iterations: 3900, requests: 3900, dropped: 2 } })),
    row('answers of one status are lost', load({ statuses: { '200': 3800 } })),
    row('a route is lost from the judged window', (stage) => routes(stage, OTHER, () => null)),
    row('failures are lost from the judged window', (stage) => routes(stage, OTHER, (route) => ({ ...route, failed: 0 })), {
      run: { only: { soak: { clientFailed: 0.0005 } } },
    }),
    row('the routes that failed are lost from every account', (stage) => ({
      ...routes(stage, OTHER, () => null),
      series: stage.series.filter(({ dimensions }) => dimensions['route'] !== OTHER),
    })),
    row('failures are known by their status alone', load({ statuses: { '200': 100, '500': 3800 }, failed: 3800 })),
    row('failures are not known by their status', load({ statuses: { '200': 3899, '500': 1 } })),
    row('more failed outside the judged window than was sent there', (stage) => failedBefore(stage, 301), {
      twin: (stage) => failedBefore(stage, 300),
    }),
    row('the slowest answers are lost', (stage) => routes(stage, OTHER, (route) => ({ ...route, latency: [[8, 1100]] }))),
    row(
      'a second is lost',
      points('client.requests', (all, from) => all.filter(([at]) => at !== from + 9000)),
    ),
    row(
      'the latencies of a second are lost',
      points('client.p95', (all, from) => all.filter(([at]) => at !== from + 9000)),
    ),
    row('a whole series is lost', (stage) => ({
      ...stage,
      series: stage.series.filter(({ metric, dimensions }) => metric !== 'client.failed' || dimensions['route'] !== OTHER),
    })),
    row('the seconds of a route are there twice', (stage) => ({
      ...stage,
      series: [...stage.series, ...stage.series.filter(({ metric }) => metric === 'client.requests')],
    })),
    row('more failed than was sent', (stage) => routes(stage, OTHER, (route) => ({ ...route, failed: route.requests + 1 }))),
  ]);
});

const OTHER = 'GET /v1/profiles/{userId}';
const NOTHING = {
  iterations: 0,
  requests: 0,
  answered: 0,
  achievedRate: 0,
  statuses: {},
  judged: [],
  summary: { iterations: 0, requests: 0, dropped: 0 },
};
type RouteLoad = NonNullable<StageEvidence['load']>['judged'][number];

function routes(stage: StageEvidence, name: string, edit: (route: RouteLoad) => RouteLoad | null): StageEvidence {
  const judged = (stage.load?.judged ?? []).flatMap((route) => (route.route === name ? (edit(route) ?? []) : [route]));
  return load({ judged })(stage);
}

/** So many failed before the judged window, in which 300 requests were sent. */
function failedBefore(stage: StageEvidence, failed: number): StageEvidence {
  const from = Date.parse(stage.window.start);
  const series = stage.series.map((each) =>
    each.metric === 'client.failed' && each.dimensions['route'] === OTHER
      ? { ...each, points: each.points.map(([at, n]): [number, number] => [at, at === from ? failed : n]) }
      : each,
  );
  return recounted({ ...stage, series });
}

function withoutClients(stage: StageEvidence): StageEvidence {
  return ['client.requests', 'client.failed', 'client.checksFailed', 'client.p95'].reduce(
    (each, metric) => editSeries(each, metric, () => null),
    stage,
  );
}
