import { autoregressive } from './autoregressive';
import { independent } from './independent';
import type { NoiseModel } from './noise-model';
import { twinNoise } from './twin-noise-model';
import { warmRatchet } from './warm-ratchet';

const CV = 0.05;

/** The model of the literature's simulations, and of the detection curve. */
export const AR1 = autoregressive({ name: 'ar1', base: 200, cv: CV, whole: false });

/** Noise for which the gate keeps what it promises. */
export const MODELS: readonly NoiseModel[] = [
  AR1,
  autoregressive({ name: 'integer-4', base: 4, cv: CV, whole: true }),
  autoregressive({ name: 'integer-20', base: 20, cv: CV, whole: true }),
  autoregressive({ name: 'integer-200', base: 200, cv: CV, whole: true }),
  warmRatchet,
  twinNoise,
];

/** Rougher noise, to show where the promise ends. */
export const ROUGH_MODELS: readonly NoiseModel[] = [
  autoregressive({ name: 'ar1-cv7.5', base: 200, cv: 0.075, whole: false }),
  autoregressive({ name: 'ar1-cv10', base: 200, cv: 0.1, whole: false }),
  autoregressive({ name: 'integer-4-cv15', base: 4, cv: 0.15, whole: true }),
  autoregressive({ name: 'integer-4-cv25', base: 4, cv: 0.25, whole: true }),
  autoregressive({ name: 'integer-4-cv50', base: 4, cv: 0.5, whole: true }),
  autoregressive({ name: 'integer-20-cv10', base: 20, cv: 0.1, whole: true }),
  independent(20),
];
