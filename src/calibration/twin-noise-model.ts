import type { NoiseModel } from './noise-model';
import { below } from './random';
import { TWIN_RUNS } from './twin-noise';

const PER_ENVIRONMENT = 2;
/** Environments of a resampled run: enough that the recorded shares of connections stay whole numbers. */
const ENVIRONMENTS = 24;

/** Pieces of recorded healthy runs, drawn at random and joined: connections per environment as they were, periods in their order. */
export const twinNoise: NoiseModel = {
  name: 'twin',
  what: `noise recorded from ${TWIN_RUNS.length} healthy runs on the twin, resampled`,
  perEnvironment: PER_ENVIRONMENT,
  whole: true,
  course: (random, points) => {
    const connections: number[] = [];
    while (connections.length < points) {
      const run = TWIN_RUNS[below(random, TWIN_RUNS.length)];
      const from = below(random, run?.connections.length ?? 1);
      const levels = (run?.connections ?? []).map((count, i) => Math.round((count / (run?.environments[i] ?? 1)) * ENVIRONMENTS));
      connections.push(...levels.slice(from));
    }
    return { connections: connections.slice(0, points), concurrency: Array.from({ length: points }, () => ENVIRONMENTS) };
  },
};
