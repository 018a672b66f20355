import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import type { Expression } from '../policy/expression';
import { combined, wrongAnswers } from './buckets';
import { clientCounter } from './client';
import { type Measured, measured, unmeasured } from './measured';
import { periodsBetween, periodsOf } from './periods';
import { measurePeriods } from './value';

const SECOND_MS = 1000;

/**
 * An expression for each period of the judged window, oldest first, in the unit that its limits have. Counters of k6 are summed
 * over the stage's periods; its latency keeps the seconds it was timed in, because percentiles cannot be merged.
 * A quotient leaves out the periods whose denominator is zero: nothing happened that could be divided.
 * @param route of client metrics; null for all together
 */
export function measurePerPeriod(stage: StageEvidence, of: Expression, route: string | null): Measured<readonly number[]> {
  const numerator = valuesOf(stage, of.numerator, route);
  if (!numerator.ok || of.denominator === null) return numerator;
  const denominator = valuesOf(stage, of.denominator, route);
  if (!denominator.ok) return denominator;
  return measured(
    numerator.value.flatMap((value, i) => {
      const whole = denominator.value[i] ?? 0;
      return whole > 0 ? [value / whole] : [];
    }),
  );
}

function valuesOf(stage: StageEvidence, name: string, route: string | null): Measured<readonly number[]> {
  const metric = metricNamed(name);
  if (metric.source === 'k6') return metric.kind === 'count' ? clientCounts(stage, name, route) : clientLatencies(stage, name, route);
  const read = measurePeriods(stage, metric);
  return read.ok ? measured(read.value.values.map((value) => Math.max(0, value - read.value.floorRate))) : read;
}

function clientCounts(stage: StageEvidence, name: string, route: string | null): Measured<readonly number[]> {
  const total = clientCounter(stage, name, route);
  if (!total.ok) return total;
  const seconds = name === 'client.checksFailed' ? wrongAnswers(stage, route) : combined(stage, name, route);
  if (!seconds.ok) return seconds;
  const counts: number[] = [];
  const periodMs = stage.periodSeconds * SECOND_MS;
  for (const at of periodsOf(stage.judged, stage.periodSeconds)) {
    const seen = periodsBetween(at, at + periodMs, SECOND_MS).flatMap((second) => seconds.value.get(second) ?? []);
    // k6 writes a zero for every second in which it ran: a period without any was not seen.
    if (seen.length === 0) return unmeasured('metric-missing', `${name} has no datapoint at ${new Date(at).toISOString()}`);
    counts.push(seen.reduce((sum, count) => sum + count, 0));
  }
  return measured(counts);
}

function clientLatencies(stage: StageEvidence, name: string, route: string | null): Measured<readonly number[]> {
  const seconds = combined(stage, name, route);
  if (!seconds.ok) return seconds;
  return measured(periodsOf(stage.judged, 1).flatMap((at) => seconds.value.get(at) ?? []));
}
