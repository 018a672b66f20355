import { below, type Random } from './random';
import type { RecordedSeries } from './recorded-series';

/** A stretch of a recorded series without a gap and outside of what was labelled. */
export interface RecordedWindow {
  readonly series: string;
  readonly stepSeconds: number;
  readonly values: readonly number[];
}

/** The usual distance between two datapoints, ms: the median, which gaps do not move. Null for fewer than two. */
export function stepOf({ points }: RecordedSeries): number | null {
  const steps = points.slice(1).map(([at], i) => at - (points[i]?.[0] ?? at));
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? null;
}

/** About `wanted` windows of `length` datapoints, evenly spread from a start that is drawn; fewer where fewer are usable. */
export function windowsOf(series: RecordedSeries, length: number, wanted: number, random: Random): readonly RecordedWindow[] {
  const step = stepOf(series);
  const starts = series.points.length - length + 1;
  if (step === null || starts < 1) return [];
  const stride = Math.max(1, Math.floor(starts / Math.max(1, wanted)));
  const windows: RecordedWindow[] = [];
  for (let start = below(random, Math.min(stride, starts)); start < starts; start += stride) {
    const points = series.points.slice(start, start + length);
    const from = points[0]?.[0] ?? 0;
    const to = points.at(-1)?.[0] ?? 0;
    const whole = points.every(([at], i) => at === from + i * step);
    if (!whole || series.anomalies.some(([begin, end]) => from <= end && to >= begin)) continue;
    windows.push({ series: series.name, stepSeconds: step / 1000, values: points.map(([, value]) => value) });
  }
  return windows;
}
