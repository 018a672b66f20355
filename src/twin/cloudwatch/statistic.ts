import { type Aggregate, percentileOf } from './aggregate';

/** A statistic as a query names it. */
export type Statistic =
  | { readonly kind: 'simple'; readonly name: SimpleStatistic }
  | { readonly kind: 'percentile'; readonly percent: number };

export const SIMPLE_STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
export type SimpleStatistic = (typeof SIMPLE_STATISTICS)[number];

const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/;

/** @returns null for a statistic that does not exist or that the twin does not offer (trimmed means and their like). */
export function parseStatistic(name: string): Statistic | null {
  const simple = SIMPLE_STATISTICS.find((known) => known === name);
  if (simple !== undefined) return { kind: 'simple', name: simple };
  const percent = PERCENTILE.exec(name)?.[1];
  return percent === undefined ? null : { kind: 'percentile', percent: Number(percent) };
}

/** The value of a statistic over a bucket that holds at least one sample. */
export function computeStatistic(statistic: Statistic, aggregate: Aggregate): number {
  if (statistic.kind === 'percentile') return percentileOf(aggregate, statistic.percent);
  switch (statistic.name) {
    case 'SampleCount':
      return aggregate.count;
    case 'Sum':
      return aggregate.sum;
    case 'Average':
      return aggregate.sum / aggregate.count;
    case 'Minimum':
      return aggregate.minimum;
    case 'Maximum':
      return aggregate.maximum;
  }
}
