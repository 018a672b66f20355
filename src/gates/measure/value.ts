import { type Dimensions, type Metric, metricNamed } from '../catalogue';
import { judgedDimensions } from '../catalogue/metric';
import type { StageEvidence } from '../evidence-schema';
import { median } from '../stats/quantile';
import { connectionsIn } from './connections';
import { environmentsIn } from './environments';
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
  return values.ok ? measured({ starts, values: values.value, floorRate: floorRate(stage, metric) }) : values;
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
  if (!metric.mayBeSilent && series.value.every((points) => points.size === 0)) {
    return unmeasured('metric-missing', `${metric.name} has no datapoint at all, before the load or during it`);
  }
  const heartbeat =
    metric.absent === 'unknown'
      ? null
      : readAll(stage, metricNamed(metric.absent.zeroWhere), heartbeatDimensions(stage, metric, dimensions));
  if (heartbeat !== null && !heartbeat.ok) return heartbeat;
  const values: number[] = [];
  for (const at of periods) {
    const parts = series.value.map((points, i) => points.get(at) ?? (beats(heartbeat?.value, i, at) ? 0 : null));
    if (parts.includes(null)) return unmeasured('metric-missing', `${metric.name} has no datapoint at ${new Date(at).toISOString()}`);
    values.push(metric.kind === 'count' ? sum(parts as number[]) : Math.max(...(parts as number[])));
  }
  return measured(values);
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

/** Median count per period before the load; 0 where it is not known, which can only make a gate stricter. */
function floorRate(stage: StageEvidence, metric: Metric): number {
  if (!metric.subtractFloor) return 0;
  const periodMs = stage.periodSeconds * 1000;
  const start = Date.parse(stage.window.start);
  const before = perPeriod(
    stage,
    metric,
    periodsBetween(start - FLOOR_PERIODS * periodMs, start, periodMs),
    judgedDimensions(metric, stage),
  );
  return before.ok && before.value.length > 0 ? median(before.value) : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
