import type { LoadEvidence, Series, StageEvidence } from '../../../src/gates/evidence-schema';
import { plannedIterations } from '../../../src/gates/load-plan';
import { recounted } from '../builders';

type RouteLoad = LoadEvidence['judged'][number];

/**
 * What would have been left of a stage whose load had been stopped.
 * @param stopMs since the first arrival
 */
export function stoppedAt(stage: StageEvidence, stopMs: number, look = 0.25, gates: readonly string[] = ['x']): StageEvidence {
  const periodMs = stage.periodSeconds * 1000;
  const start = Date.parse(stage.window.start);
  const end = start + Math.ceil(stopMs / periodMs) * periodMs;
  const judgedEnd = start + Math.floor(stopMs / periodMs) * periodMs;
  const series = stage.series.map((each) => until(each, start + stopMs));
  const sent = series.filter(({ metric }) => metric === 'client.requests').flatMap(({ points }) => points);
  const requests = sent.reduce((sum, [, count]) => sum + count, 0);
  return recounted({
    ...stage,
    window: { ...stage.window, end: iso(end) },
    judged: { ...stage.judged, end: iso(judgedEnd) },
    after: null,
    load: stage.load && loadUntil(stage.load, stage, stopMs, judgedEnd - start, requests),
    series,
    stopped: { look, at: iso(start + stopMs), gates: [...gates] },
  });
}

/** The period of the stop holds what had been counted of it. */
function until(series: Series, endMs: number): Series {
  const periodMs = series.periodSeconds * 1000;
  const part = (at: number, value: number) =>
    series.statistic === 'Sum' ? Math.round(value * Math.min(1, (endMs - at) / periodMs)) : value;
  return { ...series, points: series.points.filter(([at]) => at < endMs).map(([at, value]) => [at, part(at, value)]) };
}

function loadUntil(load: LoadEvidence, { plan }: StageEvidence, stopMs: number, judgedEndMs: number, requests: number): LoadEvidence {
  const iterations = Math.round(plannedIterations(plan, 0, stopMs));
  const share = judgedShare(plan, judgedEndMs);
  const totals = { iterations, requests, dropped: load.dropped };
  return {
    ...load,
    ...totals,
    outcome: 'stopped',
    exitCode: 105,
    detail: 'The load was stopped before it was complete',
    answered: requests,
    plannedIterations: iterations,
    summary: totals,
    judged: load.judged.map((route) => scaled(route, share)),
  };
}

/** Share of the judged window's planned requests up to `untilMs` after the first arrival. */
export function judgedShare(plan: StageEvidence['plan'], untilMs: number): number {
  const { judgedFromMs, judgedToMs } = plan;
  return plannedIterations(plan, judgedFromMs, Math.max(judgedFromMs, untilMs)) / plannedIterations(plan, judgedFromMs, judgedToMs);
}

export function scaled({ route, requests, failed, checksFailed, checked = requests, latency }: RouteLoad, share: number): RouteLoad {
  const part = (count: number) => Math.round(count * share);
  return {
    route,
    requests: part(requests),
    failed: part(failed),
    checksFailed: part(checksFailed),
    checked: part(checked),
    latency: latency.map(([bound, count]) => [bound, part(count)]),
  };
}

const iso = (at: number) => new Date(at).toISOString();
