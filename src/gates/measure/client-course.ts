import type { Metric } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { combined, wrongAnswers } from './buckets';
import { clientCounter, clientTotals } from './client';
import type { Course } from './course';
import { type Measured, measured, unmeasured } from './measured';
import { periodsOf } from './periods';

const SECOND = 1;

/**
 * A metric of k6, second by second. A counter's second that the series leaves out is zero only because all that k6 counted in
 * the judged window is in the other seconds; a latency's is unknown.
 */
export function clientCourse(stage: StageEvidence, metric: Metric, route: string | null): Measured<Course> {
  const points = combined(stage, metric.name, route);
  if (!points.ok) return points;
  const starts = periodsOf(stage.judged, SECOND);
  if (starts.length === 0) return unmeasured('too-few-datapoints', `${metric.name}: the judged window holds no whole second`);
  const shared = { stepMs: SECOND * 1000, starts, floorRate: 0 };
  if (metric.kind !== 'count') return measured({ ...shared, values: starts.map((at) => points.value.get(at) ?? null) });
  const values = starts.map((at) => points.value.get(at) ?? 0);
  const whole = metric.name === 'load.dropped' ? [...points.value.values()] : values;
  const total = rawTotal(stage, metric, route);
  if (!total.ok) return total;
  const seen = whole.reduce((sum, value) => sum + value, 0);
  // A load that was stopped early has totals beyond the judged window.
  const complete = stage.stopped === undefined ? seen === total.value : seen <= total.value && starts.every((at) => points.value.has(at));
  if (!complete) return unmeasured('bad-data', `${metric.name}: k6 counted ${total.value} in all, its series by the second hold ${seen}`);
  if (metric.name !== 'client.checksFailed') return measured({ ...shared, values });
  const wrong = wrongAnswers(stage, route);
  return wrong.ok ? measured({ ...shared, values: starts.map((at) => wrong.value.get(at) ?? 0) }) : wrong;
}

/** What the seconds must add up to: failed checks as they were counted, not at most one of each request. */
function rawTotal(stage: StageEvidence, { name }: Metric, route: string | null): Measured<number> {
  const total = clientCounter(stage, name, route);
  const totals = clientTotals(stage, route);
  return total.ok && totals.ok && name === 'client.checksFailed' ? measured(totals.value.checksFailedRaw) : total;
}
