/** Bins are this factor apart, so a percentile is off by at most half of it. */
const BIN_RATIO = 1.005;
const LOG_RATIO = Math.log(BIN_RATIO);

/** The samples of one bucket, without the samples: what CloudWatch keeps of a period. */
export interface Aggregate {
  sum: number;
  minimum: number;
  maximum: number;
  count: number;
  /** Samples by logarithmic bin; negative values and zero have bins of their own. */
  readonly bins: Map<string | number, number>;
}

export function emptyAggregate(): Aggregate {
  return { sum: 0, minimum: Number.POSITIVE_INFINITY, maximum: Number.NEGATIVE_INFINITY, count: 0, bins: new Map() };
}

/** Adds `weight` samples of the same value. */
export function addSample(aggregate: Aggregate, value: number, weight: number): void {
  aggregate.sum += value * weight;
  aggregate.count += weight;
  if (value < aggregate.minimum) aggregate.minimum = value;
  if (value > aggregate.maximum) aggregate.maximum = value;
  const bin = binOf(value);
  aggregate.bins.set(bin, (aggregate.bins.get(bin) ?? 0) + weight);
}

/** Adds all samples of `other` to `target`. */
export function mergeInto(target: Aggregate, other: Aggregate): void {
  target.sum += other.sum;
  target.count += other.count;
  target.minimum = Math.min(target.minimum, other.minimum);
  target.maximum = Math.max(target.maximum, other.maximum);
  for (const [bin, weight] of other.bins) target.bins.set(bin, (target.bins.get(bin) ?? 0) + weight);
}

/**
 * Nearest-rank percentile, within 0.25 % of the true sample.
 * @param percent 0 to 100.
 */
export function percentileOf(aggregate: Aggregate, percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * aggregate.count));
  if (rank >= aggregate.count) return aggregate.maximum;
  const ordered = [...aggregate.bins].map(([bin, weight]) => ({ value: middleOf(bin), weight }));
  ordered.sort((a, b) => a.value - b.value);
  let seen = 0;
  for (const { value, weight } of ordered) {
    seen += weight;
    if (seen >= rank) return Math.min(aggregate.maximum, Math.max(aggregate.minimum, value));
  }
  return aggregate.maximum;
}

function binOf(value: number): string | number {
  if (value > 0) return Math.round(Math.log(value) / LOG_RATIO);
  return value === 0 ? 'zero' : `-${Math.round(Math.log(-value) / LOG_RATIO)}`;
}

function middleOf(bin: string | number): number {
  if (typeof bin === 'number') return BIN_RATIO ** bin;
  return bin === 'zero' ? 0 : -(BIN_RATIO ** Number(bin.slice(1)));
}
