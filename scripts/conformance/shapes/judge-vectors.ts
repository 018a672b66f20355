import { z } from 'zod';

/** JSON has no NaN: a value that is none is written as null or as text. */
const value = z.union([z.number(), z.null(), z.literal('NaN')]).transform((read) => (typeof read === 'number' ? read : Number.NaN));
const samples = { experiment: z.array(value), control: z.array(value) };
const pair = z.tuple([z.number(), z.number()]);

export const classifierVector = z.looseObject({
  name: z.string(),
  ...samples,
  judge: z.enum(['mannWhitney', 'meanInequality']),
  tolerance: z.number().default(0.25),
  confLevel: z.number().default(0.95),
  effectSizeMeasure: z.enum(['meanRatio', 'cles']).default('meanRatio'),
  effectSizeThresholds: pair.default([1, 1]),
  criticalThresholds: pair.default([1, 1]),
  direction: z.enum(['either', 'increase', 'decrease']),
  nanStrategy: z.enum(['remove', 'replace']),
  isCriticalMetric: z.boolean(),
  /** Kayenta's configuration calls it mustHaveData, its judge isDataRequired. */
  isDataRequired: z.boolean().default(false),
  mustHaveData: z.boolean().default(false),
  expect: z
    .strictObject({
      classification: z.string().optional(),
      critical: z.boolean().optional(),
      deviation: z.number().optional(),
      reasonNonEmpty: z.boolean().optional(),
    })
    .refine((expect) => Object.keys(expect).length > 0, 'a vector that expects nothing'),
});
export type ClassifierVector = z.output<typeof classifierVector>;

const mannWhitneyVector = z.looseObject({
  name: z.string(),
  experiment: z.array(z.number()),
  control: z.array(z.number()),
  confLevel: z.number(),
  /** `expected, expression, tolerance` as the suite writes it. */
  asserts: z.array(z.string()).min(1),
  consts: z.record(z.string(), z.number()).default({}),
});
export type MannWhitneyVector = z.output<typeof mannWhitneyVector>;

/** Judge vectors. Fields that only explain are let through; a group that nobody would run is an error. */
export const judgeVectorsSchema = z
  .strictObject({
    source: z.string().optional(),
    files: z.array(z.string()).optional(),
    note: z.string().optional(),
    classifier: z.array(classifierVector).min(1).optional(),
    mannWhitney: z.array(mannWhitneyVector).min(1).optional(),
  })
  .refine(({ classifier, mannWhitney }) => classifier !== undefined || mannWhitney !== undefined, 'no group of vectors');
export type JudgeVectors = z.output<typeof judgeVectorsSchema>;
