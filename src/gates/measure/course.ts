/** A metric over the judged window at the finest grain that it has: periods of CloudWatch, whole seconds of k6. */
export interface Course {
  readonly stepMs: number;
  /** Epoch ms at which each step begins, without gaps. */
  readonly starts: readonly number[];
  /** One for each, in the unit of the catalogue; null where nothing was timed, which only a latency of k6's can have. */
  readonly values: readonly (number | null)[];
  /** What the floor brings in each step; see `PeriodValues`. */
  readonly floorRate: number;
}

/** Values of a counter, which are never unknown. */
export function countsOf({ values }: Course): readonly number[] {
  return values.map((value) => value ?? 0);
}
