import { z } from 'zod';
import { digestSchema, scaleSchema, windowSchema } from './evidence-schema';
import { REASON_CODES } from './reasons';
import { JUDGES, MODES, PROFILES, STAGES, TARGETS, TIERS, VERDICTS } from './vocabulary';

/** One gate's verdict with everything a reader needs to believe it. */
export const gateVerdictSchema = z.strictObject({
  id: z.string(),
  judge: z.enum(JUDGES),
  mode: z.enum(MODES),
  /** The policy's expression, e.g. `api.5xx / api.requests`. */
  of: z.string(),
  /** The route that decided, where the gate is judged per route or on one route. */
  route: z.string().optional(),
  verdict: z.enum(VERDICTS),
  reason: z.enum(REASON_CODES),
  /** The passed value lies in the warn band. */
  warned: z.boolean(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.string(),
  /** Datapoints or, for a proportion, the denominator. */
  n: z.number().int().nonnegative(),
  message: z.string(),
  /** Further numbers that the judge used, by name, for whoever wants to check. */
  details: z.record(z.string(), z.number().nullable()),
});
export type GateVerdict = z.infer<typeof gateVerdictSchema>;

export const stageReportSchema = z.strictObject({
  name: z.enum(STAGES),
  tier: z.enum(TIERS),
  verdict: z.enum(VERDICTS),
  reason: z.enum(REASON_CODES),
  /** Which attempt at the stage this is; absent when it did not run. */
  attempt: z.number().int().positive().optional(),
  /** Set when the load was stopped early: at which share of the judged window, and how much of the load that saved, in seconds. */
  stopped: z.strictObject({ look: z.number(), afterSeconds: z.number(), savedSeconds: z.number() }).optional(),
  window: windowSchema.nullable(),
  load: z
    .strictObject({
      requests: z.number().int(),
      plannedRate: z.number(),
      achievedRate: z.number(),
      dropped: z.number().int(),
      failedRate: z.number(),
    })
    .nullable(),
  gates: z.array(gateVerdictSchema),
});
export type StageReport = z.infer<typeof stageReportSchema>;

export const PROMOTION_STATES = [
  'not-asked',
  'awaiting-approval',
  'rejected',
  'superseded',
  'promoting',
  'promoted',
  'rolled-back',
  'refused',
  // Written by what publishes only: the command that could have said how it ended has left nothing.
  'broken-off',
] as const;

export const promotionSchema = z.strictObject({
  state: z.enum(PROMOTION_STATES),
  from: digestSchema.nullable(),
  to: digestSchema.nullable(),
  reason: z.string(),
});
export type Promotion = z.infer<typeof promotionSchema>;

export const overrideSchema = z.strictObject({
  who: z.string(),
  when: z.iso.datetime(),
  reason: z.string(),
  incident: z.string(),
  gates: z.array(z.string()),
  digest: digestSchema,
  expires: z.iso.datetime(),
  /** The run on staging that it was made about: a later one is not set aside by it. One that names none sets nothing aside. */
  evidence: digestSchema.optional(),
  /** What it was made about: a gate that has become worse, or that was measured anew, is not set aside by it. */
  setAside: z
    .array(z.strictObject({ stage: z.enum(STAGES), gate: z.string(), verdict: z.enum(VERDICTS), value: z.number().nullable() }))
    .optional(),
});

export const gateReportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  toolVersion: z.string(),
  target: z.enum(TARGETS),
  profile: z.enum(PROFILES),
  verdict: z.enum(VERDICTS),
  reason: z.enum(REASON_CODES),
  /** One sentence for a person: what decided the verdict. */
  message: z.string(),
  release: z.strictObject({
    digest: digestSchema,
    packageDigest: digestSchema,
    assemblyDigest: digestSchema.nullable(),
    commit: z.string(),
    entry: z.string(),
  }),
  policy: z.strictObject({ digest: digestSchema }),
  evidence: z.strictObject({ digest: digestSchema, startedAt: z.iso.datetime(), finishedAt: z.iso.datetime() }),
  /** Evidence that gates were compared with, and the release that it is of; null when none was. */
  baseline: z
    .strictObject({
      digest: digestSchema,
      release: z.strictObject({ digest: digestSchema, commit: z.string() }),
      finishedAt: z.iso.datetime(),
    })
    .nullable(),
  scale: scaleSchema.nullable(),
  /** Where to look first, e.g. "Redis path" when Redis routes fail and the control route does not. */
  notes: z.array(z.string()),
  stages: z.array(stageReportSchema),
  override: overrideSchema.nullable(),
  promotion: promotionSchema,
});
export type GateReport = z.infer<typeof gateReportSchema>;
