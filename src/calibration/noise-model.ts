import type { Random } from './random';

/** A healthy soak, period by period. */
export interface Course {
  /** Connections of the release, summed over the cache nodes. */
  readonly connections: readonly number[];
  /** ConcurrentExecutions, Maximum. */
  readonly concurrency: readonly number[];
}

/** How the connections of a healthy release behave under constant load. */
export interface NoiseModel {
  readonly name: string;
  readonly what: string;
  /** Connections that one environment holds. */
  readonly perEnvironment: number;
  /** Connections come in whole numbers, leaked ones too. */
  readonly whole: boolean;
  /** @param level of this run, over the usual one; where environments hold what their code opens, every run has the same */
  readonly course: (random: Random, points: number, level?: number) => Course;
}
