import { z } from 'zod';

const failOpen = { failOpen: z.boolean().optional(), ours: z.string().optional() };
const metric = z.union([z.tuple([z.string(), z.string()]), z.tuple([z.string(), z.string(), z.literal('critical')])]);
const scorerVector = z.looseObject({
  metrics: z.array(metric).min(1),
  weights: z.record(z.string(), z.number()).optional(),
  score: z.number(),
  groupScores: z.array(z.number()).optional(),
  ...failOpen,
});
export type ScorerVector = z.output<typeof scorerVector>;

const limit = z.number().nullable();
const tally = z.number().int().nonnegative();
export const ARGO_COLUMNS = [
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveSuccessLimit',
  'count',
  'failed',
  'inconclusive',
  'successful',
  'consecutiveSuccess',
  'consecutiveError',
  'taken',
  'terminating',
  'phase',
] as const;
const argoRow = z.tuple([limit, limit, limit, limit, tally, tally, tally, tally, tally, tally, z.boolean(), z.string()]);
export type ArgoRow = z.output<typeof argoRow>;

const keptnComparison = z.looseObject({
  value: z.union([z.number(), z.literal('any')]),
  criterion: z.string(),
  previous: z.array(z.number()),
  agg: z.enum(['avg', 'p50', 'p90', 'p95']).default('avg'),
  ok: z.boolean(),
  ...failOpen,
});
export type KeptnComparison = z.output<typeof keptnComparison>;
const keptnParse = z.tuple([z.string(), z.string(), z.number(), z.boolean(), z.boolean(), z.boolean()]);
export type KeptnParse = z.output<typeof keptnParse>;
const percentile = z.tuple([z.array(z.number()).min(1), z.number(), z.number()]);
export type Percentile = z.output<typeof percentile>;

const k6Vector = z.union([
  z.looseObject({ sink: z.string(), expr: z.string(), ok: z.boolean(), ...failOpen }),
  z.looseObject({ abortGrace: z.string(), elapsed: z.string(), failing: z.boolean(), abort: z.boolean() }),
]);
export type K6Vector = z.output<typeof k6Vector>;

const bencherVector = z.union([
  z.looseObject({
    test: z.string(),
    boundary: z.number(),
    lower: z.number(),
    upper: z.number(),
    mean: z.number().optional(),
    n: z.number().optional(),
    iqr: z.number().optional(),
    median: z.number().optional(),
    deltaIqr: z.number().optional(),
  }),
  z.looseObject({ test: z.string(), history: z.string(), alert: z.boolean(), ...failOpen }),
]);
export type BencherVector = z.output<typeof bencherVector>;

const taurusVector = z.looseObject({ criterion: z.string(), perSecond: z.string().optional(), result: z.string(), ...failOpen });
export type TaurusVector = z.output<typeof taurusVector>;

const azureVector = z.union([
  z.looseObject({ testResult: z.string().nullable().optional(), status: z.string(), step: z.enum(['fail', 'success']), ...failOpen }),
  z.looseObject({ criteria: z.array(z.string()).min(2), effective: z.string(), ours: z.string() }),
]);
export type AzureVector = z.output<typeof azureVector>;

const group = <Vector extends z.ZodType>(vector: Vector) => z.looseObject({ vectors: z.array(vector).min(1) }).optional();

/** Decision tables. Fields that only explain are let through; a group that nobody would run is an error. */
export const decisionTablesSchema = z
  .strictObject({
    note: z.string().optional(),
    kayentaScorer: group(scorerVector),
    argoMetricStatus: z
      .looseObject({ columns: z.tuple(ARGO_COLUMNS.map((name) => z.literal(name)) as never), vectors: z.array(argoRow).min(1) })
      .optional(),
    keptnCriteria: z
      .looseObject({
        parse: z.array(keptnParse).min(1).optional(),
        percentileR6: z.array(percentile).min(1).optional(),
        comparison: z.array(keptnComparison).min(1).optional(),
      })
      .optional(),
    k6Thresholds: group(k6Vector),
    bencherBoundaries: z.looseObject({ source: z.string().default(''), vectors: z.array(bencherVector).min(1) }).optional(),
    taurusWindows: group(taurusVector),
    azureLoadTesting: group(azureVector),
  })
  .refine(({ note: _, ...groups }) => Object.keys(groups).length > 0, 'no group of vectors');
export type DecisionTables = z.output<typeof decisionTablesSchema>;
