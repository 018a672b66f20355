/** Work in steps: pauses (`null`) so often that whoever drives it can stop it, and says what comes next where that is worth saying. */
export type Steps<T> = Generator<string | null, T>;

/** Soaks between two pauses. */
const BETWEEN = 100;

/** How many of the items match, with pauses: each is judged, which takes its time. */
export function* countWhere<T>(items: Iterable<T>, matches: (item: T) => boolean): Steps<number> {
  let seen = 0;
  let count = 0;
  for (const item of items) {
    if (matches(item)) count += 1;
    seen += 1;
    if (seen % BETWEEN === 0) yield null;
  }
  return count;
}

/** 0, 1, ... below `count`. */
export function* upTo(count: number): Generator<number, void> {
  for (let i = 0; i < count; i += 1) yield i;
}

/** All of it at once. */
export function finish<T>(steps: Steps<T>): T {
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}
