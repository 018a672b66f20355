import { stable } from '../gates/format';
import { upperBound } from '../gates/stats/clopper-pearson';

/** A share of trials. */
export interface Rate {
  readonly value: number;
  readonly n: number;
  /** One-sided 95 % upper bound (Clopper-Pearson): the true share is not above it. */
  readonly high95: number;
}

/** @param n at least 1 */
export function rateOf(count: number, n: number): Rate {
  return { value: stable(count / n), n, high95: stable(upperBound(count, n, 0.95)) };
}

/** Several shares as one. */
export function pooled(rates: readonly Rate[]): Rate {
  const sum = (of: (rate: Rate) => number) => rates.reduce((total, rate) => total + of(rate), 0);
  return rateOf(
    Math.round(sum(({ value, n }) => value * n)),
    sum(({ n }) => n),
  );
}
