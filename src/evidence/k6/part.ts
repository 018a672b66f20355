import { z } from 'zod';
import { loadPlanSchema } from '../../gates/load-plan';
import type { Outcome } from './load-evidence';
import { addInto } from './log-histogram';
import { countsOf, getOrCreate, type Routes } from './route-counts';
import type { Segment } from './segment';
import { type LoadSummary, summarySchema } from './summary';
import type { Counts, Tally } from './tally';

/**
 * What one generator counted, as a file that travels to where the parts are merged. Histograms are kept by bucket and never as
 * percentiles, so that nothing is lost by merging.
 */

const count = z.number().int().nonnegative();
const epochMs = z.number().int().positive();
/** `[exponent of the bucket, count]` of a logarithmic histogram (log-histogram.ts). */
const histogram = z.array(z.tuple([z.number().int(), count]));
const routes = z.array(
  z.strictObject({ route: z.string(), requests: count, failed: count, checksFailed: count, checked: count, latency: histogram }),
);

const totalsSchema = z.strictObject({
  iterations: count,
  requests: count,
  answered: count,
  failed: count,
  checksFailed: count,
  dropped: count,
  judgedIterations: count,
  warmRequests: count,
});
const TOTALS = Object.keys(totalsSchema.shape) as (keyof z.infer<typeof totalsSchema>)[];

export const loadPartSchema = z.strictObject({
  schemaVersion: z.literal(1),
  segment: z
    .strictObject({ index: z.number().int().min(1), of: z.number().int().min(1) })
    .refine(({ index, of }) => index <= of, 'the index is greater than the number of generators'),
  plan: loadPlanSchema,
  startAt: epochMs,
  k6Version: z.string(),
  outcome: z.enum(['completed', 'stopped', 'failed']),
  exitCode: z.number().int().nullable(),
  detail: z.string().nullable(),
  cpuPressure: z.number().nullable(),
  /** How far this machine's clock is ahead of the API's `Date`, ms; null when it was not asked. */
  clockAheadMs: z.number().int().nullable(),
  summary: summarySchema.nullable(),
  totals: totalsSchema,
  /** `[status, count]`; 0 without an answer. */
  statuses: z.array(z.tuple([count, count])),
  /** `[ms beyond this generator's common shift, count]`. */
  lag: z.array(z.tuple([z.number().int(), count])),
  judged: routes,
  /** By the second (epoch ms) in which a request began. */
  seconds: z.array(z.strictObject({ at: epochMs, routes })),
  droppedBySecond: z.array(z.tuple([epochMs, count])),
  iterationsBySecond: z.array(z.tuple([epochMs, count])),
});
export type LoadPart = z.infer<typeof loadPartSchema>;

interface GeneratorRun extends Outcome {
  readonly segment: Segment;
  readonly tally: Tally;
  readonly k6Version: string;
  readonly cpuPressure: number | null;
  readonly summary: LoadSummary | null;
}

export function partOf({ segment, tally, ...run }: GeneratorRun): LoadPart {
  return {
    schemaVersion: 1,
    segment: { ...segment },
    plan: tally.plan,
    startAt: tally.startAt,
    ...run,
    clockAheadMs: null,
    totals: totalsSchema.parse(Object.fromEntries(TOTALS.map((key) => [key, tally[key]]))),
    statuses: [...tally.statuses],
    lag: [...tally.lag.counts()],
    judged: listOf(tally.judged),
    seconds: [...tally.seconds].map(([at, each]) => ({ at, routes: listOf(each) })),
    droppedBySecond: [...tally.droppedBySecond],
    iterationsBySecond: [...tally.iterationsBySecond],
  };
}

/**
 * Adds a part's counts to those of others.
 * @param bounded gives the name under which a route is counted: parts together must not have more routes than one may.
 */
export function addPart(counts: Counts, part: LoadPart, bounded: (route: string) => string): void {
  for (const key of TOTALS) counts[key] += part.totals[key];
  addInto(counts.statuses, new Map(part.statuses));
  addRoutes(counts.judged, part.judged, bounded);
  for (const { at, routes } of part.seconds)
    addRoutes(
      getOrCreate(counts.seconds, at, () => new Map()),
      routes,
      bounded,
    );
  addInto(counts.droppedBySecond, new Map(part.droppedBySecond));
  addInto(counts.iterationsBySecond, new Map(part.iterationsBySecond));
}

function listOf(routes: Routes): LoadPart['judged'] {
  return [...routes].map(([route, { latency, ...rest }]) => ({ route, ...rest, latency: [...latency] }));
}

function addRoutes(target: Routes, added: LoadPart['judged'], bounded: (route: string) => string): void {
  for (const { route, requests, failed, checksFailed, checked, latency } of added) {
    const counts = countsOf(target, bounded(route));
    counts.requests += requests;
    counts.failed += failed;
    counts.checksFailed += checksFailed;
    counts.checked += checked;
    addInto(counts.latency, new Map(latency));
  }
}
