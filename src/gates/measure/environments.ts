import { metricNamed } from '../catalogue';
import type { StageEvidence } from '../evidence-schema';
import { type Measured, measured, unmeasured } from './measured';
import { readAll } from './series';

/**
 * Execution environments per period: the running maximum of the concurrency since the version was deployed, because an
 * environment that was needed once stays warm. Periods without invocations have no datapoint and change nothing.
 */
export function environmentsIn(stage: StageEvidence, periods: readonly number[]): Measured<readonly number[]> {
  const series = readAll(stage, metricNamed('lambda.concurrency'));
  if (!series.ok) return series;
  const [points] = series.value;
  const periodMs = stage.periodSeconds * 1000;
  // The period in which the version was deployed counts whole.
  const since = Math.floor(Date.parse(stage.deployedAt) / periodMs) * periodMs;
  const seen = [...(points ?? [])].filter(([at]) => at >= since);
  const running: number[] = [];
  for (const at of periods) {
    const upToHere = seen.filter(([time]) => time <= at).map(([, value]) => value);
    const environments = Math.max(0, ...upToHere);
    if (environments === 0) return unmeasured('metric-missing', `lambda.concurrency has no datapoint up to ${new Date(at).toISOString()}`);
    running.push(environments);
  }
  return measured(running);
}
