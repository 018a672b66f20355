import { concerns, type Faults } from './faults';
import type { IngestionDelay, IngestionDelays } from './ingestion-delay';
import type { MetricIdentity } from './metric-identity';
import { type Period, type PeriodQuery, readPeriods } from './periods';
import type { MetricStore } from './store';

/** What every operation of the endpoint works on. */
export interface OperationContext {
  readonly store: MetricStore;
  readonly delays: IngestionDelays;
  readonly faults: Faults;
}

const ONE_PERIOD: IngestionDelay = { visible: 0.1, complete: 0.1 };

/** Periods of a metric as a reader sees them: what was recorded, less what is not ingested yet, less what a fault hides. */
export function observePeriods(context: OperationContext, query: Omit<PeriodQuery, 'delay'>): readonly Period[] {
  const { faults, store } = context;
  if (concerns(faults.get('no-data'), query.identity)) return [];
  const periods = readPeriods(store, { ...query, delay: delayOf(context, query.identity) });
  const gaps = faults.get('missing-periods');
  if (!concerns(gaps, query.identity)) return periods;
  const every = gaps.every ?? 3;
  return periods.filter((period) => (period.start / query.periodMs) % every !== 0);
}

/** The ingestion delay of a metric, with a late revision if that fault is on. */
export function delayOf(context: OperationContext, identity: MetricIdentity): IngestionDelay {
  const { delays, faults } = context;
  const delay = delays[identity.namespace] ?? delays['default'] ?? ONE_PERIOD;
  const revision = faults.get('late-revision');
  if (!concerns(revision, identity)) return delay;
  return { visible: delay.visible, complete: delay.complete + (revision.periods ?? 1) };
}
