import { stable } from '../gates/format';
import { quantile } from '../gates/stats/quantile';
import { below, randomFrom } from './random';
import type { Rate } from './rate';

const RESAMPLES = 1000;
const SEED = 1;

interface Seen {
  readonly series: string;
  readonly matches: boolean;
}

/**
 * The share of windows that match, with 95 % bounds over series: windows of one series overlap and resemble each other, so series
 * are what was sampled. They are drawn again with replacement (Efron 1979); of few series the bounds are rough, of one there are none:
 * they are 0 and 1.
 * @param windows at least one
 */
export function bySeries(windows: readonly Seen[]): Rate {
  const counts = [...new Set(windows.map(({ series }) => series))].map((name) => {
    const group = windows.filter(({ series }) => series === name);
    return { n: group.length, matches: group.filter(({ matches }) => matches).length };
  });
  const share = (some: typeof counts) => some.reduce((sum, { matches }) => sum + matches, 0) / some.reduce((sum, { n }) => sum + n, 0);
  const rate = { value: stable(share(counts)), n: windows.length };
  if (counts.length < 2) return { ...rate, low95: 0, high95: 1 };
  const random = randomFrom(SEED, `${counts.length} series`);
  const shares = Array.from({ length: RESAMPLES }, () => share(counts.flatMap(() => counts[below(random, counts.length)] ?? [])));
  return { ...rate, low95: stable(quantile(shares, 0.05)), high95: stable(quantile(shares, 0.95)) };
}
