import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { counted, formatNumber } from '../format';
import { measurePeriods } from '../measure/value';
import type { LimitGate } from '../policy/gate';
import type { Judgement } from './judgement';

/**
 * Says what was subtracted of a counter, for whoever reads the verdict: how many there were in a period before the load, how many of
 * these count as the floor's, and in the details the sum over the judged window before the subtraction and what was taken off it.
 */
export function withFloor(gate: LimitGate, stage: StageEvidence, judged: Judgement): Judgement {
  const metric = metricNamed(gate.of.numerator);
  const read = metric.subtractFloor && judged.value !== null ? measurePeriods(stage, metric) : null;
  if (!read?.ok || read.value.rateBefore === 0) return judged;
  const { values, floorRate, rateBefore } = read.value;
  const raw = values.reduce((sum, value) => sum + value, 0);
  const subtracted = Math.min(raw, floorRate * values.length);
  const more =
    rateBefore > floorRate ? `; the cache's own monitoring does not explain more of the ${formatNumber(rateBefore)} before it` : '';
  const text = ` Of ${formatNumber(raw)} in ${counted(values.length, 'period')} the ${formatNumber(floorRate)} in each that were there before the load are not counted${more}.`;
  return { ...judged, message: `${judged.message}${text}`, details: { ...judged.details, raw, subtracted, rateBefore } };
}
