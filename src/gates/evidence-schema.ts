import { z } from 'zod';
import { loadPlanSchema } from './load-plan';
import { PROFILES, STAGES, TARGETS, TIERS } from './vocabulary';

/** `sha256:` and 64 hexadecimal digits. */
export const digestSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const instant = z.iso.datetime();
export const windowSchema = z.strictObject({ start: instant, end: instant });
export type Window = z.infer<typeof windowSchema>;

/** A metric name of the catalogue; the schema only bounds its form so that evidence of later versions still parses. */
const metricName = z.string().regex(/^[a-z]+\.[A-Za-z0-9]+$/);

/**
 * One raw series as its source gave it.
 * `points` are [epoch milliseconds of the period's start, value], oldest first; an absent period is absent.
 * `statusCode` and `messages` are CloudWatch's own; k6's series are always Complete.
 */
export const seriesSchema = z.strictObject({
  metric: metricName,
  source: z.enum(['cloudwatch', 'k6']),
  namespace: z.string(),
  metricName: z.string(),
  statistic: z.string(),
  unit: z.string(),
  /** CloudWatch dimensions, or `{ route }` for k6. */
  dimensions: z.record(z.string(), z.string()),
  periodSeconds: z.number().positive(),
  statusCode: z.enum(['Complete', 'PartialData', 'InternalError', 'Forbidden']),
  messages: z.array(z.string()),
  points: z.array(z.tuple([z.number(), z.number()])),
});
export type Series = z.infer<typeof seriesSchema>;

/** Counts per bucket of a logarithmic histogram: `[upper bound in ms, count]`, ascending. */
export const histogramSchema = z.array(z.tuple([z.number().positive(), z.number().int().nonnegative()]));
export type Histogram = z.infer<typeof histogramSchema>;

export const routeLoadSchema = z.strictObject({
  route: z.string(),
  requests: z.number().int().nonnegative(),
  /** No valid answer: status 5xx or none at all, time-outs included. */
  failed: z.number().int().nonnegative(),
  checksFailed: z.number().int().nonnegative(),
  /** Answers of which the script checked anything. Evidence of older versions has none: it cannot tell whether all held or none ran. */
  checked: z.number().int().nonnegative().optional(),
  latency: histogramSchema,
});

/** What k6 says of one stage. `judged` counts only iterations that began in the judged window. */
export const loadEvidenceSchema = z.strictObject({
  outcome: z.enum(['completed', 'stopped', 'failed']),
  exitCode: z.number().int().nullable(),
  /** One sentence when the outcome is `failed`. */
  detail: z.string().nullable(),
  k6Version: z.string(),
  iterations: z.number().int().nonnegative(),
  requests: z.number().int().nonnegative(),
  /** Of these, the ones that woke environments before the load: in no second and no route. Evidence of older versions has none. */
  warmRequests: z.number().int().nonnegative().optional(),
  /** Requests that got an HTTP answer of any status. */
  answered: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  checksFailed: z.number().int().nonnegative(),
  dropped: z.number().int().nonnegative(),
  statuses: z.record(z.string(), z.number().int().nonnegative()),
  plannedIterations: z.number().nonnegative(),
  /** Iterations per second in the judged window, planned and achieved. */
  plannedRate: z.number().nonnegative(),
  achievedRate: z.number().nonnegative(),
  arrivalLagP95Ms: z.number().nullable(),
  /** Share of time in which some task waited for a CPU (Linux PSI `cpu some`), percent; null where the kernel does not tell. */
  cpuPressure: z.number().nullable(),
  /** k6's own thresholds that it reports as crossed: a note, never evidence. */
  thresholdsFailed: z.array(z.string()),
  /** handleSummary totals, the cross-check of the series; null when k6 wrote none. */
  summary: z.strictObject({ iterations: z.number().int(), requests: z.number().int(), dropped: z.number().int() }).nullable(),
  judged: z.array(routeLoadSchema),
});
export type LoadEvidence = z.infer<typeof loadEvidenceSchema>;

/** What a tier consisted of while a stage ran: the identities that the queries were built from. */
export const identitySchema = z.strictObject({
  apiId: z.string(),
  apiStage: z.string(),
  functionName: z.string(),
  alias: z.string(),
  /** The published version that was judged; the canary's new one. */
  version: z.string(),
  /** The version that served before, in a canary. */
  previousVersion: z.string().nullable(),
  nodes: z.array(z.strictObject({ cacheClusterId: z.string(), cacheNodeId: z.string(), role: z.enum(['primary', 'replica']) })),
  /** Connections that the cache service itself keeps on each node (facts of the target). */
  monitoringConnectionsPerNode: z.number().int().nonnegative(),
  reservedConcurrency: z.number().int().positive().nullable(),
});
export type TierIdentity = z.infer<typeof identitySchema>;

const faultSchema = z.strictObject({ reason: z.string(), detail: z.string() });

export const stageEvidenceSchema = z.strictObject({
  name: z.enum(STAGES),
  tier: z.enum(TIERS),
  attempt: z.number().int().positive(),
  identity: identitySchema,
  periodSeconds: z.number().positive(),
  /** When the judged version began to serve: `lambda.environments` is a running maximum from here. */
  deployedAt: instant,
  plan: loadPlanSchema,
  /** What made the load, as the policy names it; absent where we sent none, and in evidence of before it was kept. */
  script: z.strictObject({ path: z.string() }).optional(),
  /** The whole load, aligned to periods: [start, end). */
  window: windowSchema,
  /** The judged part of it, aligned to periods. */
  judged: windowSchema,
  /** After the load: idle-return and recovery are judged here; null when the stage does not wait. */
  after: windowSchema.nullable(),
  load: loadEvidenceSchema.nullable(),
  series: z.array(seriesSchema),
  /**
   * Set when the load was stopped because gates were certain to fail: at which share of the judged window that was seen, when the
   * load was told to stop, and which gates. `window` and `judged` then end there, at whole periods.
   */
  stopped: z.strictObject({ look: z.number().gt(0).lt(1), at: instant, gates: z.array(z.string()).min(1) }).optional(),
  /** Set when the stage could not be completed; the reason is a reason code. */
  fault: faultSchema.nullable(),
});
export type StageEvidence = z.infer<typeof stageEvidenceSchema>;

/** Where the run stood against AWS: what was run, what AWS would run, the projection between them. */
export const scaleSchema = z.strictObject({
  environmentsPeak: z.number().int().nonnegative(),
  /** True counts that only the twin has; no gate reads them. */
  environmentsStarted: z.number().int().nonnegative().nullable(),
  requests: z.number().int().nonnegative(),
  connectionsPeak: z.number().nonnegative(),
  productionPeakConcurrency: z.number().int().positive(),
  /** Connections at production's peak, old and new release overlapping; null when nothing was measured. */
  projectedConnections: z.number().nonnegative().nullable(),
  cacheMaxConnectionsPerNode: z.number().int().positive(),
});

const wholeEvidence = z.strictObject({
  schemaVersion: z.literal(1),
  toolVersion: z.string(),
  target: z.enum(TARGETS),
  profile: z.enum(PROFILES),
  release: z.strictObject({
    entry: z.string(),
    commit: z.string(),
    digest: digestSchema,
    packageDigest: digestSchema,
    assemblyDigest: digestSchema.nullable(),
  }),
  startedAt: instant,
  finishedAt: instant,
  /** Stages that the run meant to judge, in order: one that is missing below is `not-run`, never absent. */
  plannedStages: z.array(z.enum(STAGES)),
  stages: z.array(stageEvidenceSchema),
  /** Why stages that were planned did not run, when it was not a verdict: a release that could not be deployed. */
  fault: faultSchema.optional(),
  scale: scaleSchema.nullable(),
});
/** Evidence of a whole run. Two stages of one name and attempt, or a canary elsewhere than in production, are not one run's. */
export const evidenceSchema = wholeEvidence.superRefine(({ stages }, context) => {
  const seen = new Set<string>();
  for (const [index, { name, attempt, tier }] of stages.entries()) {
    const key = `${name} ${attempt}`;
    const message = seen.has(key)
      ? `attempt ${attempt} of ${name} is there twice`
      : name === 'canary' && tier !== 'production' && 'a canary runs in production';
    if (message) context.addIssue({ code: 'custom', path: ['stages', index], message });
    seen.add(key);
  }
});
export type Evidence = z.infer<typeof evidenceSchema>;
