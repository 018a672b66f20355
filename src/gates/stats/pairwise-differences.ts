/** All differences a - b of two samples, in order, without making them: there are as many as there are pairs. */
export interface PairwiseDifferences {
  readonly count: number;
  /** The k-th smallest, k from 1 to `count`. */
  ofRank(k: number): number;
  /** The mean of the two in the middle, or the one that is there. */
  median(): number;
}

/** @throws RangeError for a sample without values */
export function pairwiseDifferences(a: readonly number[], b: readonly number[]): PairwiseDifferences {
  if (a.length === 0 || b.length === 0) throw new RangeError('a sample without values');
  const rising = Float64Array.from(a).sort();
  const other = Float64Array.from(b).sort();
  const count = a.length * b.length;
  const ofRank = (k: number) => search(rising, other, k);
  return {
    count,
    ofRank,
    median() {
      const middle = ofRank(Math.ceil(count / 2));
      if (count % 2 === 1) return middle;
      const { notAbove, next } = around(rising, other, middle);
      return notAbove > count / 2 ? middle : (middle + next) / 2;
    },
  };
}

/** Halves the range of values until one is left; each step counts what lies below in one pass over both sorted samples. */
function search(rising: Float64Array, other: Float64Array, k: number): number {
  let low = (rising[0] as number) - (other.at(-1) as number);
  let high = (rising.at(-1) as number) - (other[0] as number);
  while (low < high) {
    const middle = low + (high - low) / 2;
    // Between neighbours there is no middle.
    const { notAbove, last, next } = around(rising, other, middle < high ? middle : low);
    // Both ends are differences themselves from here on, so that the last one left is exactly one.
    if (notAbove >= k) high = last;
    else low = next;
  }
  return low;
}

interface Around {
  /** How many differences are not above the value. */
  readonly notAbove: number;
  /** The largest of them. */
  readonly last: number;
  /** The smallest of the others. */
  readonly next: number;
}

function around(rising: Float64Array, other: Float64Array, value: number): Around {
  let notAbove = 0;
  let last = Number.NEGATIVE_INFINITY;
  let next = Number.POSITIVE_INFINITY;
  // The larger a value, the fewer of the others bring the difference down to `value`.
  let from = 0;
  for (let i = 0; i < rising.length; i += 1) {
    const x = rising[i] as number;
    while (from < other.length && x - (other[from] as number) > value) from += 1;
    notAbove += other.length - from;
    const below = from < other.length ? x - (other[from] as number) : last;
    if (below > last) last = below;
    const above = from > 0 ? x - (other[from - 1] as number) : next;
    if (above < next) next = above;
  }
  return { notAbove, last, next };
}
