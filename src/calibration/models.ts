import { autoregressive } from './autoregressive';
import type { NoiseModel } from './noise-model';
import { twinNoise } from './twin-noise-model';
import { warmRatchet } from './warm-ratchet';

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
