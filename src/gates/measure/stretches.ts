/**
 * Every stretch of so many neighbouring values, by the place of its first one: a window that slides over them. In linear time.
 * @param length at least 1; no stretch when there are fewer values
 */
export function slidingSums(values: readonly number[], length: number): readonly number[] {
  const sums: number[] = [];
  let sum = 0;
  for (const [at, value] of values.entries()) {
    sum += value;
    if (at >= length) sum -= values[at - length] ?? 0;
    if (at >= length - 1) sums.push(sum);
  }
  return sums;
}

/** The lowest value of each stretch; see {@link slidingSums}. */
export function slidingMinima(values: readonly number[], length: number): readonly number[] {
  const minima: number[] = [];
  // Places whose values rise: the first is the lowest of the stretch, the others will be once it has left.
  const rising: number[] = [];
  let first = 0;
  for (const [at, value] of values.entries()) {
    while (rising.length > first && (values[rising.at(-1) ?? 0] ?? 0) >= value) rising.pop();
    rising.push(at);
    if ((rising[first] ?? 0) <= at - length) first += 1;
    if (at >= length - 1) minima.push(values[rising[first] ?? 0] ?? 0);
  }
  return minima;
}

/** How many steps a stretch has: rounded up, so that a longer time is never judged by a shorter one. */
export function stepsOf(stretchMs: number, stepMs: number): number {
  return Math.ceil(stretchMs / stepMs);
}
