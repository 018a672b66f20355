import type { LoadPlan } from '../../gates/load-plan';
import { fadingMetrics, failingCanary, healthy, leaking, spiking } from './courses';
import type { SampleStage } from './sample-stage';

const requestTimeoutMs = 5000;

const smokePlan: LoadPlan = {
  stage: 'smoke',
  warm: 4,
  startRate: 10,
  segments: [{ rate: 10, durationMs: 5000 }],
  peakRate: 10,
  requestTimeoutMs,
  judgedFromMs: 0,
  judgedToMs: 5000,
  plateau: null,
};

const soakPlan: LoadPlan = {
  stage: 'soak',
  warm: 0,
  startRate: 0,
  segments: [
    { rate: 60, durationMs: 10_000 },
    { rate: 60, durationMs: 60_000 },
  ],
  peakRate: 60,
  requestTimeoutMs,
  judgedFromMs: 10_000,
  judgedToMs: 70_000,
  plateau: null,
};

const spikePlan: LoadPlan = {
  stage: 'spike',
  warm: 0,
  startRate: 10,
  segments: [
    { rate: 10, durationMs: 5000 },
    { rate: 50, durationMs: 1000 },
    { rate: 50, durationMs: 6000 },
    { rate: 10, durationMs: 1000 },
    { rate: 10, durationMs: 7000 },
  ],
  peakRate: 50,
  requestTimeoutMs,
  judgedFromMs: 0,
  judgedToMs: 20_000,
  plateau: { fromMs: 6000, toMs: 12_000 },
};

const canaryPlan: LoadPlan = {
  ...smokePlan,
  stage: 'canary',
  warm: 0,
  startRate: 30,
  segments: [{ rate: 30, durationMs: 10_000 }],
  peakRate: 30,
  judgedToMs: 10_000,
};

const soak = { name: 'soak', tier: 'staging', startsAt: 20, plan: soakPlan, seconds: 70, afterSeconds: 10 } as const;
const canary = { name: 'canary', tier: 'production', startsAt: 150, plan: canaryPlan, seconds: 10, afterSeconds: 0 } as const;

/** The stages that the samples are made of. */
export const STAGES_OF_SAMPLES = {
  smoke: {
    name: 'smoke',
    tier: 'staging',
    startsAt: 0,
    plan: smokePlan,
    seconds: 5,
    afterSeconds: 0,
    course: healthy(4),
  },
  soak: { ...soak, course: healthy(6) },
  soakLeaking: { ...soak, course: leaking() },
  soakFading: { ...soak, course: fadingMetrics() },
  spike: { name: 'spike', tier: 'staging', startsAt: 110, plan: spikePlan, seconds: 20, afterSeconds: 5, course: spiking() },
  canary: { ...canary, course: healthy(5) },
  canaryFailing: { ...canary, course: failingCanary() },
} as const satisfies Record<string, SampleStage>;
