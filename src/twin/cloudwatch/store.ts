import type { MetricDatum, MetricSink } from '../ports';
import { type Aggregate, addSample, emptyAggregate } from './aggregate';
import { identityKey, type MetricIdentity } from './metric-identity';

/** CloudWatch keeps data of less than 60 s resolution for three hours. */
const RETENTION_MS = 3 * 60 * 60 * 1000;

/** Samples of the first part of a period reach CloudWatch before the others when a period is revised late. */
const EARLY_SHARE = 0.6;

/** One period of one metric in one unit. `early` is the part that a late revision shows first. */
export interface Bucket {
  /** Epoch milliseconds, a whole multiple of the store's period. */
  readonly start: number;
  readonly early: Aggregate;
  readonly late: Aggregate;
}

/** One metric in one unit. CloudWatch keeps units apart and never converts them. */
export interface Series {
  readonly identity: MetricIdentity;
  readonly unit: string;
  /** By start. */
  readonly buckets: ReadonlyMap<number, Bucket>;
}

/** The memory of the twin's CloudWatch. Filled by the twin's own collectors, read through the endpoint. */
export interface MetricStore extends MetricSink {
  readonly periodMs: number;
  /** Epoch milliseconds on the clock that decides what has been ingested. */
  now(): number;
  /** As `record`, for `weight` samples of one value. */
  recordWeighted(datum: MetricDatum, weight: number): void;
  /** Every unit of one metric; empty for a metric that was never recorded. */
  seriesOf(identity: MetricIdentity): readonly Series[];
  allSeries(): readonly Series[];
}

interface MutableSeries extends Series {
  readonly buckets: Map<number, Bucket>;
}

/**
 * A store of clock-aligned buckets.
 * @param options.periodMs Resolution in milliseconds; whole seconds, because the protocol knows no less.
 * @param options.now Epoch milliseconds; `Date.now` outside tests.
 * @throws RangeError when the period is not a positive whole number of seconds.
 */
export function createMetricStore(options: { readonly periodMs: number; readonly now: () => number }): MetricStore {
  const { periodMs, now } = options;
  if (!Number.isInteger(periodMs / 1000) || periodMs <= 0) {
    throw new RangeError(`A metric period is a whole number of seconds, not ${periodMs} ms`);
  }
  const byMetric = new Map<string, Map<string, MutableSeries>>();

  function recordWeighted(datum: MetricDatum, weight: number): void {
    // A value that is no number would turn every later statistic of the bucket into none.
    if (!Number.isFinite(datum.value) || !Number.isFinite(datum.at) || !(weight > 0)) return;
    const buckets = seriesFor(byMetric, datum).buckets;
    const start = Math.floor(datum.at / periodMs) * periodMs;
    let bucket = buckets.get(start);
    if (bucket === undefined) {
      bucket = { start, early: emptyAggregate(), late: emptyAggregate() };
      buckets.set(start, bucket);
      forgetBefore(buckets, now() - RETENTION_MS);
    }
    const part = datum.at - start < periodMs * EARLY_SHARE ? bucket.early : bucket.late;
    addSample(part, datum.value, weight);
  }

  return {
    periodMs,
    now,
    record: (datum) => recordWeighted(datum, 1),
    recordWeighted,
    seriesOf: (identity) => [...(byMetric.get(identityKey(identity))?.values() ?? [])],
    allSeries: () => [...byMetric.values()].flatMap((units) => [...units.values()]),
  };
}

function seriesFor(byMetric: Map<string, Map<string, MutableSeries>>, datum: MetricDatum): MutableSeries {
  const key = identityKey(datum);
  let units = byMetric.get(key);
  if (units === undefined) {
    units = new Map();
    byMetric.set(key, units);
  }
  let series = units.get(datum.unit);
  if (series === undefined) {
    const { namespace, metricName } = datum;
    const identity = { namespace, metricName, dimensions: { ...datum.dimensions } };
    series = { identity, unit: datum.unit, buckets: new Map() };
    units.set(datum.unit, series);
  }
  return series;
}

function forgetBefore(buckets: Map<number, Bucket>, oldest: number): void {
  for (const start of buckets.keys()) {
    if (start >= oldest) return;
    buckets.delete(start);
  }
}
