import { type Dimensions, type Metric, metricNamed } from '../catalogue';
import { judgedDimensions } from '../catalogue/metric';
import type { StageEvidence } from '../evidence-schema';
import { median } from '../stats/quantile';
import { connectionsIn, monitoringConnections } from './connections';
import { environmentsIn } from './environments';
import { undisturbedUntil } from './floor';
import { type Measured, measured, unmeasured } from './measured';
import { oncePerBoth } from './once-per';
import { periodsBetween, periodsOf } from './periods';
import { type Points, readAll } from './series';

/** Periods before the load whose rate counts as the floor's own. */
const FLOOR_PERIODS = 3;

export interface WindowValue {
  /** Sum of a counter, highest value of a gauge or latency. */
  readonly value: number;
  /** Periods that it was drawn from. */
  readonly periods: number;
}

/** A CloudWatch metric, period by period. */
export interface PeriodValues {
  /** Epoch ms at which each period of the judged window begins. */
  readonly starts: readonly number[];
  /** One for each, in the unit of the catalogue; of a counter with the floor's own occurrences. */
  readonly values: readonly number[];
  /** What the floor brings in every period, to be subtracted from sums; 0 for all but counters. */
  readonly floorRate: number;
  /** How many there were in a period before the load; more than `floorRate` where others than the cache's own monitoring caused them. */
  readonly rateBefore: number;
}

/**
 * A CloudWatch metric over the judged window. Every period must be known: a period without a datapoint is unknown, or
 * zero for a counter whose heartbeat had data in it. The floor's own rate is subtracted where the catalogue says so.
 */
export function measureWindow(stage: StageEvidence, metric: Metric, dimensions?: readonly Dimensions[]): Measured<WindowValue> {
  const read = measurePeriods(stage, metric, dimensions);
  if (!read.ok) return read;
  const { values, floorRate: each } = read.value;
  if (metric.kind !== 'count') return measured({ value: Math.max(...values), periods: values.length });
  return measured({ value: Math.max(0, sum(values) - each * values.length), periods: values.length });
}

/** The same, period by period. */
export function measurePeriods(stage: StageEvidence, metric: Metric, dimensions?: readonly Dimensions[]): Measured<PeriodValues> {
  return dimensions === undefined ? judgedPeriods(stage, metric) : periodsWith(stage, metric, dimensions);
}

const judgedPeriods = oncePerBoth((stage: StageEvidence, metric: Metric) => periodsWith(stage, metric, judgedDimensions(metric, stage)));

function periodsWith(stage: StageEvidence, metric: Metric, dimensions: readonly Dimensions[]): Measured<PeriodValues> {
  const starts = periodsOf(stage.judged, stage.periodSeconds);
  if (starts.length === 0) return unmeasured('too-few-datapoints', `${metric.name}: the judged window holds no whole period`);
  const values =
    metric.name.startsWith('redis.connections') || metric.name === 'lambda.environments'
      ? levels(stage, metric, starts)
      : perPeriod(stage, metric, starts, dimensions);
  return values.ok ? measured({ starts, values: values.value, ...floorRates(stage, metric) }) : values;
}

/** Values of the metrics that are computed from more than their own series. */
function levels(stage: StageEvidence, metric: Metric, periods: readonly number[]): Measured<readonly number[]> {
  if (metric.name === 'lambda.environments') return environmentsIn(stage, periods);
  const connections = connectionsIn(stage, periods);
  if (!connections.ok) return connections;
  const changed = connections.value.find((level) => level.nodes === null);
  if (changed) return unmeasured('node-set-changed', `the cache nodes changed at ${new Date(changed.at).toISOString()}`);
  return measured(
    connections.value.map(({ nodes }) => (metric.name === 'redis.connections' ? sum(nodes ?? []) : Math.max(...(nodes ?? [])))),
  );
}

function perPeriod(
  stage: StageEvidence,
  metric: Metric,
  periods: readonly number[],
  dimensions: readonly Dimensions[],
): Measured<readonly number[]> {
  const series = readAll(stage, metric, dimensions);
  if (!series.ok) return series;
  if (!metric.mayBeSilent && !series.value.some((points) => periods.some((at) => points.has(at)))) {
    return unmeasured('metric-missing', `${metric.name} has no datapoint at all in the periods that are judged`);
  }
  const zeros = series.value.map(reportsZeros);
  const heartbeat =
    metric.absent === 'unknown'
      ? null
      : readAll(stage, metricNamed(metric.absent.zeroWhere), heartbeatDimensions(stage, metric, dimensions));
  if (heartbeat !== null && !heartbeat.ok) return heartbeat;
  const values: number[] = [];
  for (const at of periods) {
    const parts = series.value.map((points, i) => points.get(at) ?? (!zeros[i] && beats(heartbeat?.value, i, at) ? 0 : null));
    if (parts.includes(null)) return unmeasured('metric-missing', `${metric.name} has no datapoint at ${new Date(at).toISOString()}`);
    values.push(metric.kind === 'count' ? sum(parts as number[]) : Math.max(...(parts as number[])));
  }
  return measured(values);
}

/** Whoever writes zeros leaves nothing out: a gap in such a series is none. */
function reportsZeros(points: Points): boolean {
  return [...points.values()].includes(0);
}

/** A heartbeat of the same namespace beats for each dimension set; one of another beats for all. */
function beats(heartbeat: readonly Points[] | undefined, index: number, at: number): boolean {
  return (heartbeat?.[index] ?? heartbeat?.[0])?.has(at) ?? false;
}

function heartbeatDimensions(stage: StageEvidence, metric: Metric, dimensions: readonly Dimensions[]): readonly Dimensions[] {
  const beat = metricNamed(metric.absent === 'unknown' ? metric.name : metric.absent.zeroWhere);
  const version = dimensions[0]?.['ExecutedVersion'];
  return version !== undefined && beat.byVersion ? beat.dimensions(stage.identity, version) : judgedDimensions(beat, stage);
}

/**
 * Median count per period before the load, and what of it is the floor's: no more than if the cache's own monitoring opened each of its
 * connections anew in every period. What others do is not known to go on, and a release's own must not hide behind it. Both are 0 where
 * they are not known, which can only make a gate stricter.
 */
function floorRates(stage: StageEvidence, metric: Metric): Pick<PeriodValues, 'floorRate' | 'rateBefore'> {
  if (!metric.subtractFloor) return { floorRate: 0, rateBefore: 0 };
  const periodMs = stage.periodSeconds * 1000;
  const end = undisturbedUntil(stage);
  const periods = periodsBetween(end - FLOOR_PERIODS * periodMs, end, periodMs);
  const before = perPeriod(stage, metric, periods, judgedDimensions(metric, stage));
  const rateBefore = before.ok && before.value.length > 0 ? median(before.value) : 0;
  return { floorRate: Math.min(rateBefore, monitoringConnections(stage)), rateBefore };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
