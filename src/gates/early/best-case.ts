import { metricNamed } from '../catalogue';
import type { LoadEvidence, Series, StageEvidence } from '../evidence-schema';
import { plannedDurationMs, plannedIterations } from '../load-plan';
import type { Gate } from '../policy/gate';

/** A load may send a little more than its plan, and a route may get a little more than its share. */
const MARGIN = 1.05;
/** Upper bound of the bucket that the requests to come are put into, ms: faster than any limit. */
const FASTEST_MS = 0.001;

/** What the rest of the planned load may bring, as a share of what was planned until now. */
interface Rest {
  /** Epoch ms, on the grid of the periods. */
  readonly from: number;
  readonly to: number;
  /** Iterations planned from the start of the judged window up to `from`. */
  readonly plannedUntilNow: number;
  readonly plannedBetween: (fromMs: number, toMs: number) => number;
}

/**
 * The evidence that the full load would leave if all that is still to come were as good for the gate as it can be: no
 * further event, no connection, no slow request, and as many requests as the plan and a margin allow. What fails even
 * here cannot be acquitted by any continuation, because the judges that this is meant for are monotone in what they measure.
 * @returns null when the continuation cannot be bounded: a denominator that is no counter, or nothing seen of it yet
 */
export function bestCase(gate: Gate, stage: StageEvidence): StageEvidence | null {
  const { plan } = stage;
  const periodMs = stage.periodSeconds * 1000;
  const start = Date.parse(stage.window.start);
  const from = Date.parse(stage.judged.end);
  const to = Math.max(from, Math.floor((start + plan.judgedToMs) / periodMs) * periodMs);
  const plannedBetween = (fromMs: number, toMs: number) => plannedIterations(plan, fromMs - start, toMs - start);
  const rest: Rest = { from, to, plannedBetween, plannedUntilNow: plannedBetween(Date.parse(stage.judged.start), from) };
  const { denominator } = gate.of;
  if (denominator !== null && (metricNamed(denominator).kind !== 'count' || rest.plannedUntilNow <= 0)) return null;
  const numerator = sourceOf(gate.of.numerator);
  const { stopped: _, ...whole } = stage;
  return {
    ...whole,
    window: { ...stage.window, end: iso(Math.ceil((start + plannedDurationMs(plan)) / periodMs) * periodMs) },
    judged: { ...stage.judged, end: iso(to) },
    load: stage.load && continued(stage.load, rest),
    series: stage.series.map((series) => {
      // The environments until now stay, whatever is to come: a count of them is never lowered.
      if (series.metric === numerator || series.metric === 'lambda.concurrency') return extended(series, rest, () => 0);
      return series.metric === denominator ? extended(series, rest, requestsAt(series, stage, rest)) : series;
    }),
  };
}

function sourceOf(name: string): string {
  return metricNamed(name).from ?? name;
}

/** What is known up to `from`, then a made-up value for each period of the rest. */
function extended(series: Series, { from, to }: Rest, valueAt: (at: number) => number): Series {
  const points = series.points.filter(([at]) => at < from);
  for (let at = from; at < to; at += series.periodSeconds * 1000) points.push([at, valueAt(at)]);
  return { ...series, points };
}

/** As many of a counter per planned iteration as until now, and the margin. */
function requestsAt({ points, periodSeconds }: Series, { judged }: StageEvidence, rest: Rest): (at: number) => number {
  const since = Date.parse(judged.start);
  const seen = points.reduce((sum, [at, value]) => (at >= since && at < rest.from ? sum + value : sum), 0);
  const perIteration = (seen / rest.plannedUntilNow) * MARGIN;
  return (at) => rest.plannedBetween(at, at + periodSeconds * 1000) * perIteration;
}

/** The clients' counts: more requests, no further failure, none of them slow. */
function continued(load: LoadEvidence, { from, to, plannedUntilNow, plannedBetween }: Rest): LoadEvidence {
  const more = plannedUntilNow > 0 ? (plannedBetween(from, to) / plannedUntilNow) * MARGIN : 0;
  return {
    ...load,
    judged: load.judged.map((route) => {
      const extra = Math.ceil(route.requests * more);
      return { ...route, requests: route.requests + extra, latency: [[FASTEST_MS, extra], ...route.latency] };
    }),
  };
}

const iso = (at: number): string => new Date(at).toISOString();
