import { z } from 'zod';
import { unknownName } from '../suggest';
import { MODES } from '../vocabulary';
import { type Expression, expression } from './expression';
import { duration, limit, share } from './quantities';
import { oneOf, strict } from './strict';

/** Judges that a policy may name; load validity is judged for every stage without being named. */
const POLICY_JUDGES = ['limit', 'leak', 'idle-return', 'recovery', 'capacity', 'baseline'] as const;
/** The id under which every stage reports its load. */
export const LOAD_VALIDITY_ID = 'load-validity';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and hyphens');
const count = z.number().int().positive();
const positive = z.number().positive();
const confidence = z.number().gt(0.5, 'must be above 0.5').lt(1, 'must be below 1');

const common = {
  id,
  of: expression,
  mode: oneOf('mode', MODES).optional(),
  /** Day or instant after which `observe` is a policy error. */
  until: z.union([z.iso.date(), z.iso.datetime()], { error: 'expected a day such as 2026-12-31 or an instant in UTC' }).optional(),
  /** Why the gate is switched off: it is not judged, and the report says so. */
  disabled: z.string().trim().min(10, 'a reason of at least 10 characters').optional(),
};

const judges = {
  limit: strict({
    ...common,
    judge: z.literal('limit'),
    max: limit,
    warn: limit.optional(),
    minRequests: count.optional(),
    minDatapoints: count.optional(),
    route: z.string().min(1).optional(),
    /** Above the limit in every period of so long a time; rounded up to whole periods. */
    for: duration.optional(),
    /** The limit holds for every stretch of so long a time, not only for the whole window; rounded up to whole periods. */
    within: duration.optional(),
    confidence: confidence.optional(),
  }),
  leak: strict({
    ...common,
    judge: z.literal('leak'),
    growthFloor: share,
    growthFloorAbsolute: positive,
    maxPerEnvironment: positive,
    minDatapoints: z.number().int().min(5, 'a trend needs at least 5 datapoints'),
    confidence: confidence.optional(),
  }),
  'idle-return': strict({ ...common, judge: z.literal('idle-return'), maxPerEnvironment: positive }),
  recovery: strict({ ...common, judge: z.literal('recovery'), max: duration, tolerance: share, toleranceAbsolute: duration }),
  capacity: strict({ ...common, judge: z.literal('capacity'), max: share }),
  baseline: strict({
    ...common,
    judge: z.literal('baseline'),
    /** How much worse than the baseline is tolerated: the larger of both. */
    maxIncrease: share,
    maxIncreaseAbsolute: limit,
    /** Holds with and without a baseline; without it a release that has none reaches no verdict. */
    max: limit.optional(),
    minDatapoints: z.number().int().min(5, 'a rank test needs at least 5 datapoints a side').optional(),
    confidence: confidence.optional(),
  }),
} as const satisfies Record<(typeof POLICY_JUDGES)[number], z.ZodType>;

/** One gate as the policy writes it. */
export const gateSchema = z
  .discriminatedUnion('judge', [judges.limit, judges.leak, judges['idle-return'], judges.recovery, judges.capacity, judges.baseline], {
    error: (issue) => {
      const judge = (issue.input as { judge?: unknown } | null | undefined)?.judge;
      return typeof judge === 'string' ? unknownName('judge', judge, POLICY_JUDGES) : `expected a judge: ${POLICY_JUDGES.join(', ')}`;
    },
  })
  // Told once in the JSON Schema, not once for each stage.
  .meta({ id: 'gate' });
export type PolicyGate = z.output<typeof gateSchema>;

/** What a gate of any judge has once the policy's defaults are filled in. */
type Resolved<Judge extends PolicyGate['judge']> = Omit<
  Extract<PolicyGate, { judge: Judge }>,
  'mode' | 'confidence' | 'disabled' | 'until'
> & {
  readonly of: Expression;
  readonly mode: (typeof MODES)[number];
  readonly confidence: number;
};
export type LimitGate = Resolved<'limit'>;
export type LeakGate = Resolved<'leak'>;
export type IdleReturnGate = Resolved<'idle-return'>;
export type RecoveryGate = Resolved<'recovery'>;
export type CapacityGate = Resolved<'capacity'>;
export type BaselineGate = Resolved<'baseline'>;
/** A gate that is judged: defaults filled in, never disabled. */
export type Gate = LimitGate | LeakGate | IdleReturnGate | RecoveryGate | CapacityGate | BaselineGate;
