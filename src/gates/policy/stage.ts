import { z } from 'zod';
import { PROFILES } from '../vocabulary';
import { gateSchema } from './gate';
import { duration, part, rate } from './quantities';
import { strict } from './strict';

const warm = z.number().int().nonnegative();
/** Load generators that share the rate, each a k6 execution segment. */
const segments = z.number().int().min(1).max(64);

const constantRate = {
  rate,
  duration,
  rampUp: duration.optional(),
  warm: warm.optional(),
  requestTimeout: duration,
  segments: segments.optional(),
};
const steadyLoad = strict(constantRate);
const spikeLoad = strict({
  baselineRate: rate,
  before: duration,
  rampUp: duration,
  rate,
  duration,
  rampDown: duration,
  after: duration,
  warm: warm.optional(),
  requestTimeout: duration,
  segments: segments.optional(),
});
/** A constant rate under which the cache's primary is lost. */
const failoverLoad = strict({
  ...constantRate,
  /** When the primary is lost, from the first arrival. */
  failoverAfter: duration,
});
export type SteadyLoad = z.output<typeof steadyLoad>;
export type FailoverLoad = z.output<typeof failoverLoad>;
export type SpikeLoad = z.output<typeof spikeLoad>;

/** One optional value for each profile. */
function perProfile<Schema extends z.ZodType>(schema: Schema) {
  const shape = Object.fromEntries(PROFILES.map((profile) => [profile, schema.optional()]));
  return strict(shape as Record<(typeof PROFILES)[number], z.ZodOptional<Schema>>);
}

const common = {
  script: z.string().min(1),
  gates: z.array(gateSchema).min(1, 'a stage without gates proves nothing'),
};
const qualifying = {
  ...common,
  reservedConcurrency: z.number().int().positive().optional(),
  observeAfter: perProfile(duration).optional(),
};

/** The stages as the policy writes them; each has the keys that mean something for it, and no others. */
export const stagesSchema = strict({
  smoke: strict({ ...qualifying, load: perProfile(steadyLoad) }).optional(),
  soak: strict({ ...qualifying, load: perProfile(steadyLoad) }).optional(),
  spike: strict({ ...qualifying, load: perProfile(spikeLoad) }).optional(),
  failover: strict({ ...qualifying, load: perProfile(failoverLoad) }).optional(),
  canary: strict({
    ...common,
    weight: part,
    onInconclusive: z.enum(['roll-back', 'hold']).optional(),
    /** How long to wait for enough requests of production's own clients, counted from the canary's start. */
    maxWait: perProfile(duration).optional(),
    load: perProfile(steadyLoad),
  }).optional(),
});
export type PolicyStages = z.output<typeof stagesSchema>;
