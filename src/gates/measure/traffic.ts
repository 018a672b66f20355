import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { type Measured, measured, unmeasured } from './measured';
import { periodsBetween, periodsOf } from './periods';
import { readAll } from './series';
import { surelySeen } from './under-load';

/**
 * Requests at the gateway in the load's window and one period on either side (a request may be counted late). Within the load a gap is
 * unknown; before and after it none can be told from silence, because API Gateway publishes nothing while nobody calls.
 */
export function gatewayRequests(stage: StageEvidence): Measured<number> {
  const periodMs = stage.periodSeconds * 1000;
  const gap = gapUnderLoad(stage);
  if (gap !== null) return unmeasured('metric-missing', `api.requests has no datapoint at ${new Date(gap).toISOString()}, under load`);
  return requestsBetween(stage, Date.parse(stage.window.start) - periodMs, Date.parse(stage.window.end) + periodMs);
}

function gapUnderLoad(stage: StageEvidence): number | null {
  const series = readAll(stage, metricNamed('api.requests'));
  const isGap = (at: number) => series.ok && surelySeen(stage, at) && series.value[0]?.has(at) !== true;
  return periodsOf(stage.window, stage.periodSeconds).find(isGap) ?? null;
}

export interface ForeignTraffic {
  readonly requests: number;
  readonly periods: number;
}

const PERIODS_BEFORE = 3;

/**
 * Requests in the periods before the load that no earlier stage of the run, and no warming, accounts for.
 * `periods` is 0 when the earlier stage ended so late that there is no such period.
 */
export function foreignTraffic(stage: StageEvidence, earlier: readonly StageEvidence[]): Measured<ForeignTraffic> {
  const periodMs = stage.periodSeconds * 1000;
  const start = Date.parse(stage.window.start) - (stage.plan.warm > 0 ? periodMs : 0);
  // The period after a load may still hold its last requests.
  const busy = Math.max(0, ...earlier.filter(({ tier }) => tier === stage.tier).map(({ window }) => Date.parse(window.end) + periodMs));
  const from = Math.max(start - PERIODS_BEFORE * periodMs, busy);
  const requests = requestsBetween(stage, from, start, 0);
  return requests.ok ? measured({ requests: requests.value, periods: periodsBetween(from, start, periodMs).length }) : requests;
}

function requestsBetween(stage: StageEvidence, from: number, to: number, least = 1): Measured<number> {
  const series = readAll(stage, metricNamed('api.requests'));
  if (!series.ok) return series;
  const values = periodsBetween(from, to, stage.periodSeconds * 1000).flatMap((at) => series.value[0]?.get(at) ?? []);
  if (values.length < least) return unmeasured('metric-missing', 'api.requests has no datapoint during the load');
  return measured(values.reduce((sum, value) => sum + value, 0));
}
