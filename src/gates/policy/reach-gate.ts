import { formatDuration } from '../format';
import { RECOVERY_BEFORE_MS, RECOVERY_HOLD_MS } from '../judges/rules';
import type { LoadPlan } from '../load-plan';
import { fewestForTrend } from '../stats/mann-kendall';
import { isCounter } from './expression';
import type { BaselineGate, Gate, LeakGate, LimitGate } from './gate';
import type { Finding } from './problems';
import { requestFindings } from './reach-requests';
import { atPeakFor, loadName, type Place, readsRequests, stepOf, stretchOf } from './reach-window';

/** A rank test needs so many datapoints a side: with fewer, chance alone can never be ruled out. */
const MIN_BASELINE_DATAPOINTS = 5;

/** Whether the planned load can bring the gate to a verdict. */
export function gateFindings(gate: Gate, place: Place): Finding[] {
  switch (gate.judge) {
    case 'limit':
      return limitFindings(gate, place);
    case 'baseline':
      return baselineFindings(gate, place);
    case 'leak':
      return [...datapointFindings(gate.minDatapoints, place), ...trendFindings(gate, place)];
    case 'idle-return':
      return afterFindings(place);
    case 'recovery':
      return recoveryFindings(gate.max, place);
    case 'capacity':
      return [];
  }
}

function limitFindings(gate: LimitGate, place: Place): Finding[] {
  const key = gate.for === undefined ? 'within' : 'for';
  const stretch = stretchOf(gate, place.period);
  const { plan } = place.stage;
  const judged = plan.judgedToMs - plan.judgedFromMs;
  if (stretch !== null && stretch > judged) {
    const needed = `a duration of ${formatDuration(atPeakFor(plan, stretch - judged, place.period))} would hold one`;
    const message = `${loadName(place)} judges ${formatDuration(judged)}, which holds no stretch of ${formatDuration(stretch)}: ${needed}`;
    return [{ path: [...place.path, key], message }];
  }
  return readsRequests(gate.of) ? requestFindings(gate, place) : datapointFindings(gate.minDatapoints ?? 1, place);
}

/** What is counted is compared period by period. The absolute limit is judged as a gate of the judge `limit` would judge it. */
function baselineFindings(gate: BaselineGate, place: Place): Finding[] {
  const step = isCounter(gate.of.numerator) ? place.period : stepOf(gate.of, place.period);
  const points = datapointFindings(gate.minDatapoints ?? MIN_BASELINE_DATAPOINTS, place, step);
  const { max, id, mode, of, confidence } = gate;
  if (points.length > 0 || max === undefined) return points;
  return limitFindings({ id, judge: 'limit', mode, of, confidence, max }, place);
}

/** Below so many datapoints no course, however steep, is sure enough for the gate: it would pass every trend. */
function trendFindings({ minDatapoints, confidence }: LeakGate, place: Place): Finding[] {
  const fewest = fewestForTrend(confidence);
  if (fewest <= minDatapoints) return [];
  return datapointFindings(fewest, place).map(({ message }) => ({
    path: [...place.path, 'confidence'],
    message: `${message}, for no trend of fewer is sure at a confidence of ${confidence}`,
  }));
}

function datapointFindings(needed: number, place: Place, step = place.period): Finding[] {
  const { plan } = place.stage;
  const points = Math.floor((plan.judgedToMs - plan.judgedFromMs) / step);
  if (points >= needed) return [];
  const enough = formatDuration(atPeakFor(plan, (needed - points) * step, place.period));
  const message = `${loadName(place)} gives ${points} datapoints of ${formatDuration(step)}, the gate needs ${needed}: a duration of ${enough} would give them`;
  return [{ path: [...place.path, 'minDatapoints'], message }];
}

function afterFindings({ stage, path, profile }: Place): Finding[] {
  if (stage.observeAfterMs > 0) return [];
  return [{ path, message: `idle-return is judged after the load: say how long with stages.${stage.name}.observeAfter.${profile}` }];
}

function recoveryFindings(max: number, place: Place): Finding[] {
  const spans = disturbanceIn(place.stage.plan);
  if (spans === null) return [];
  const { before, after, what } = spans;
  const needed = max + RECOVERY_HOLD_MS;
  const path = [...place.path, 'max'];
  const load = loadName(place);
  if (before < RECOVERY_BEFORE_MS) {
    const message = `${load} leaves ${formatDuration(before)} before the ${what}; to know what is normal takes ${formatDuration(RECOVERY_BEFORE_MS)}`;
    return [{ path: place.path, message }];
  }
  if (after >= needed) return [];
  const message = `${load} ends ${formatDuration(after)} after the ${what}; recovery within ${formatDuration(max)} needs ${formatDuration(needed)}`;
  return [{ path, message }];
}

/** What a release has to recover from, with the time before and after it. */
function disturbanceIn(plan: LoadPlan): { readonly before: number; readonly after: number; readonly what: string } | null {
  if (plan.failoverAtMs !== undefined) {
    return { before: plan.failoverAtMs - plan.judgedFromMs, after: plan.judgedToMs - plan.failoverAtMs, what: 'failover' };
  }
  if (plan.plateau === null) return null;
  return { before: plan.segments[0]?.durationMs ?? 0, after: plan.judgedToMs - plan.plateau.toMs, what: 'plateau' };
}
