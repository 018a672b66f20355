import { type Aggregate, emptyAggregate, mergeInto } from './aggregate';
import { type IngestionDelay, visibilityOf } from './ingestion-delay';
import type { MetricIdentity } from './metric-identity';
import type { MetricStore, Series } from './store';

/** Which periods of which metric, seen at which moment. Times in epoch milliseconds. */
export interface PeriodQuery {
  readonly identity: MetricIdentity;
  /** Null asks for every unit, merged. */
  readonly unit: string | null;
  /** A whole multiple of the store's period. */
  readonly periodMs: number;
  /** Inclusive, rounded down to a period. */
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly asOf: number;
  readonly delay: IngestionDelay;
}

/** A period with data. Periods without data do not exist. */
export interface Period {
  /** Epoch milliseconds, a whole multiple of the query's period. */
  readonly start: number;
  readonly aggregate: Aggregate;
}

/** Periods in ascending order. Empty when the metric, its dimensions or its unit are unknown: that is no error in CloudWatch. */
export function readPeriods(store: MetricStore, query: PeriodQuery): readonly Period[] {
  const first = Math.floor(query.start / query.periodMs) * query.periodMs;
  const merged = new Map<number, Aggregate>();
  for (const series of store.seriesOf(query.identity)) {
    if (query.unit === null || series.unit === query.unit) mergeSeries(merged, series, store.periodMs, query, first);
  }
  return [...merged].map(([start, aggregate]) => ({ start, aggregate })).sort((a, b) => a.start - b.start);
}

function mergeSeries(merged: Map<number, Aggregate>, series: Series, storePeriodMs: number, query: PeriodQuery, first: number): void {
  for (const bucket of series.buckets.values()) {
    const start = Math.floor(bucket.start / query.periodMs) * query.periodMs;
    if (start < first || start >= query.end) continue;
    const age = { end: bucket.start + storePeriodMs, periodMs: storePeriodMs };
    const visibility = visibilityOf(age, query.delay, query.asOf);
    const parts = visibility === 'absent' ? [] : visibility === 'partial' ? [bucket.early] : [bucket.early, bucket.late];
    for (const part of parts) {
      if (part.count === 0) continue;
      let target = merged.get(start);
      if (target === undefined) {
        target = emptyAggregate();
        merged.set(start, target);
      }
      mergeInto(target, part);
    }
  }
}
