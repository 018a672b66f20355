import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { type Measured, measured, unmeasured } from './measured';
import { oncePer } from './once-per';
import { type Points, readAll } from './series';
import { surelySeen } from './under-load';

/**
 * Execution environments per period: the running maximum of the concurrency since the version was deployed, because an
 * environment that was needed once stays warm. Periods without invocations have no datapoint and change nothing; under
 * load there are invocations, so a gap there is unknown: too low a count early would make growth look smaller, too low a count at the
 * end a healthy level look too high. After the last datapoint only the plan tells whether there must have been invocations.
 * @param periods ascending
 */
export function environmentsIn(stage: StageEvidence, periods: readonly number[]): Measured<readonly number[]> {
  const concurrency = concurrencyOf(stage);
  if (!concurrency.ok) return concurrency;
  const { points, seen, loadFrom, loadTo } = concurrency.value;
  const lastSeen = seen.at(-1)?.[0] ?? loadFrom;
  const running: number[] = [];
  let environments = 0;
  let next = 0;
  for (const at of periods) {
    for (let point = seen[next]; point !== undefined && point[0] <= at; point = seen[next]) {
      environments = Math.max(environments, point[1]);
      next += 1;
    }
    const gap = at >= loadFrom && at < loadTo && !points.has(at) && (at < lastSeen || surelySeen(stage, at));
    if (environments === 0 || gap) {
      return unmeasured('metric-missing', `lambda.concurrency has no datapoint ${gap ? 'at' : 'up to'} ${new Date(at).toISOString()}`);
    }
    running.push(environments);
  }
  return measured(running);
}

/** Environments that were at work at once in a period, which surely were alive in it; 0 where it is not known. */
export function concurrencyAt(stage: StageEvidence, at: number): number {
  const concurrency = concurrencyOf(stage);
  return concurrency.ok ? (concurrency.value.points.get(at) ?? 0) : 0;
}

interface Concurrency {
  readonly points: Points;
  /** Those since the version was deployed, oldest first. */
  readonly seen: readonly (readonly [number, number])[];
  /** Between them, epoch ms, every period has invocations. */
  readonly loadFrom: number;
  readonly loadTo: number;
}

const concurrencyOf = oncePer((stage: StageEvidence): Measured<Concurrency> => {
  const series = readAll(stage, metricNamed('lambda.concurrency'));
  if (!series.ok) return series;
  const points = series.value[0] ?? new Map<number, number>();
  const periodMs = stage.periodSeconds * 1000;
  // The period in which the version was deployed counts whole.
  const since = Math.floor(Date.parse(stage.deployedAt) / periodMs) * periodMs;
  const seen = [...points].filter(([at]) => at >= since);
  return measured({ points, seen, loadFrom: Date.parse(stage.judged.start), loadTo: Date.parse(stage.judged.end) });
});
