/** How often k6's arrival lag (p95, ms) was so in the stages of recorded runs on the twin, a machine of two cores. */
const STAGES_BY_LAG: Readonly<Record<number, number>> = { 0: 1, 1: 42, 2: 27, 3: 5, 4: 1, 5: 3, 6: 1, 7: 1 };

export const LAGS_MS: readonly number[] = Object.entries(STAGES_BY_LAG).flatMap(([lag, stages]) =>
  Array.from({ length: stages }, () => Number(lag)),
);
