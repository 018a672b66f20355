import { autoregressive } from './autoregressive';
import type { Random } from './random';
import { twinNoise } from './twin-noise-model';
import { warmRatchet } from './warm-ratchet';

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
  readonly course: (random: Random, points: number) => Course;
}

const CV = 0.05;

/** The model of the literature's simulations, and of the detection curve. */
export const AR1 = autoregressive({ name: 'ar1', base: 200, cv: CV, whole: false });

export const MODELS: readonly NoiseModel[] = [
  AR1,
  autoregressive({ name: 'integer-4', base: 4, cv: CV, whole: true }),
  autoregressive({ name: 'integer-20', base: 20, cv: CV, whole: true }),
  autoregressive({ name: 'integer-200', base: 200, cv: CV, whole: true }),
  warmRatchet,
  twinNoise,
];
