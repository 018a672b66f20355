import { z } from 'zod';

const pair = z.tuple([z.number(), z.number()]);
const nullable = z.number().nullable();
const trendRow = z.looseObject({
  name: z.string(),
  y: z.array(z.number()).min(2),
  mannKendall: z.looseObject({ s: z.number(), varS: z.number(), z: z.number(), pTwoSided: z.number(), tau: z.number() }),
  mannKendallHamedRao: z.looseObject({ s: nullable, varS: nullable, z: nullable, pTwoSided: nullable }),
  theilSen: z.looseObject({
    slope: z.number(),
    intercept: z.number(),
    low95: z.number(),
    high95: z.number(),
    low99: z.number(),
    high99: z.number(),
  }),
  kendallTauB: nullable,
});
export type TrendRow = z.output<typeof trendRow>;

const twoSampleRow = z.looseObject({
  name: z.string(),
  a: z.array(z.number()).min(1),
  b: z.array(z.number()).min(1),
  mannWhitney: z.looseObject({
    u: z.number(),
    'pAsymptotic_two-sided': z.number(),
    pAsymptotic_greater: z.number(),
    pAsymptotic_less: z.number(),
    'pExact_two-sided': nullable.optional(),
    pExact_greater: nullable.optional(),
    pExact_less: nullable.optional(),
  }),
  hodgesLehmannShift: z.number(),
  cliffsDelta: z.number(),
});
export type TwoSampleRow = z.output<typeof twoSampleRow>;

/** `clopperPearsonUpperOneSided95` is [, 'clopperPearson', 'Upper', '95']. */
export const INTERVAL = /^(clopperPearson|wilson)(?:(Upper|Lower)OneSided)?(\d+(?:\.\d+)?)$/;

/** Intervals of a proportion at every confidence that the row names. */
const proportionRow = z
  .object({ k: z.number().int().nonnegative(), n: z.number().int().positive() })
  .catchall(z.union([z.number(), pair]))
  .superRefine((row, context) => {
    const unknown = Object.keys(row).find((field) => !['k', 'n'].includes(field) && !INTERVAL.test(field));
    if (unknown !== undefined) context.addIssue({ code: 'custom', path: [unknown], message: 'nothing here computes it' });
  });
export type ProportionRow = z.output<typeof proportionRow>;

/** Reference statistics; a group that nobody would compute is an error. */
export const statsSchema = z
  .strictObject({
    source: z.string().optional(),
    madeWith: z.record(z.string(), z.string()).optional(),
    notes: z.array(z.string()).optional(),
    trend: z.array(trendRow).min(1).optional(),
    twoSample: z.array(twoSampleRow).min(1).optional(),
    proportion: z.array(proportionRow).min(1).optional(),
  })
  .refine(({ trend, twoSample, proportion }) => trend ?? twoSample ?? proportion, 'no group of statistics');
export type Stats = z.output<typeof statsSchema>;
