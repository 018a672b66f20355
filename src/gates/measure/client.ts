import type { LoadEvidence, StageEvidence } from '../evidence-schema';
import { histogramQuantile, mergeHistograms } from './histogram';
import { type Measured, measured, unmeasured } from './measured';

type RouteLoad = LoadEvidence['judged'][number];

/** What the clients saw in the judged window, of one route or of all. */
export interface ClientTotals {
  readonly requests: number;
  readonly failed: number;
  /** At most `requests`: several checks of one answer may fail. */
  readonly checksFailed: number;
  /** Failed checks as k6 counted them. */
  readonly checksFailedRaw: number;
  /** Answers of which anything was checked; where evidence does not say, those that are known by a check that failed. */
  readonly checked: number;
  /** ms; null without a request. */
  readonly p95: number | null;
}

/** @param route null for all routes together */
export function clientTotals(stage: StageEvidence, route: string | null): Measured<ClientTotals> {
  if (stage.load === null) return unmeasured('load-not-applied', 'k6 left no evidence');
  const routes = stage.load.judged.filter((each) => route === null || each.route === route);
  if (routes.length === 0) {
    return unmeasured(
      'metric-missing',
      route === null ? 'k6 counted no request in the judged window' : `k6 counted no request to ${route}`,
    );
  }
  const bad = routes.find((each) => each.failed > each.requests);
  if (bad !== undefined) return unmeasured('bad-data', `${bad.route}: more requests failed than were sent`);
  return measured(totalOf(routes));
}

const COUNTERS: Readonly<Record<string, (totals: ClientTotals) => number>> = {
  'client.requests': ({ requests }) => requests,
  'client.failed': ({ failed }) => failed,
  'client.checksFailed': ({ checksFailed }) => checksFailed,
};

/** A counter of k6 in the judged window; dropped iterations belong to no route and count over the whole load. */
export function clientCounter(stage: StageEvidence, name: string, route: string | null): Measured<number> {
  const totals = clientTotals(stage, route);
  if (!totals.ok) return totals;
  if (name === 'client.checksFailed' && totals.value.requests > 0 && totals.value.checked === 0) {
    const what = route === null ? 'no answer' : `no answer of ${route}`;
    return unmeasured('metric-missing', `${name}: the script checked ${what}; call check() in it, or drop the gate`);
  }
  return measured(COUNTERS[name]?.(totals.value) ?? stage.load?.dropped ?? 0);
}

/** The routes that k6 counted in the judged window, in the order of their names. */
export function routesOf(stage: StageEvidence): readonly string[] {
  return [...new Set((stage.load?.judged ?? []).map(({ route }) => route))].sort();
}

/** Latency at the clients of one route of a stage, ms, at a share of its requests such as 0.95; null when it is not known. */
export function routeQuantile(stage: StageEvidence | undefined, route: string, share: number): number | null {
  const counted = stage?.load?.judged.filter((each) => each.route === route) ?? [];
  return histogramQuantile(mergeHistograms(counted.map(({ latency }) => latency)), share);
}

function totalOf(routes: readonly RouteLoad[]): ClientTotals {
  const sum = (of: (route: RouteLoad) => number) => routes.reduce((total, route) => total + of(route), 0);
  return {
    requests: sum(({ requests }) => requests),
    failed: sum(({ failed }) => failed),
    checksFailed: sum(({ checksFailed, requests }) => Math.min(checksFailed, requests)),
    checksFailedRaw: sum(({ checksFailed }) => checksFailed),
    checked: sum(({ checked, checksFailed }) => checked ?? checksFailed),
    p95: histogramQuantile(mergeHistograms(routes.map(({ latency }) => latency)), 0.95),
  };
}
