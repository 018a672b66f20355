import { median } from './quantile';

/**
 * The course of a long series in at most `most` points: medians of neighbouring blocks of (almost) equal length. Pairwise
 * statistics of them cost the same however long the series is; a series that is short enough is returned as it is.
 */
export function blockMedians(y: readonly number[], most: number): readonly number[] {
  if (y.length <= most) return y;
  const edge = (i: number) => Math.floor((i * y.length) / most);
  return Array.from({ length: most }, (_, i) => median(y.slice(edge(i), edge(i + 1))));
}
