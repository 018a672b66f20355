import { stable } from '../gates/format';
import { lowerBound, upperBound } from '../gates/stats/clopper-pearson';

/** A share of trials. */
export interface Rate {
  readonly value: number;
  readonly n: number;
  /** One-sided 95 % bounds (Clopper-Pearson): the true share is not below the one, and not above the other. */
  readonly low95: number;
  readonly high95: number;
}

/** A rate of one row of many, and which. */
export interface NamedRate extends Rate {
  readonly of: string;
}

/** @param n at least 1 */
export function rateOf(count: number, n: number): Rate {
  const bounds = { low95: stable(lowerBound(count, n, 0.95)), high95: stable(upperBound(count, n, 0.95)) };
  return { value: stable(count / n), n, ...bounds };
}

/** The largest of them, and where rows tie the one that is known least. @throws RangeError for none */
export function largest(rates: readonly NamedRate[]): NamedRate {
  const [first] = rates.toSorted((a, b) => b.value - a.value || b.high95 - a.high95);
  if (first === undefined) throw new RangeError('the largest of no rates');
  return first;
}

/** The smallest of them, and where rows tie the one that is known least. @throws RangeError for none */
export function smallest(rates: readonly NamedRate[]): NamedRate {
  const [first] = rates.toSorted((a, b) => a.value - b.value || a.low95 - b.low95);
  if (first === undefined) throw new RangeError('the smallest of no rates');
  return first;
}
