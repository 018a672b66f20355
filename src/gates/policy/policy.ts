import { z } from 'zod';
import { MODES, PROFILES } from '../vocabulary';
import { duration } from './quantities';
import { stagesSchema } from './stage';
import { oneOf, strict } from './strict';

const settle = strict({ poll: duration, deadline: duration, floorDeadline: duration });
const tier = z.union(
  [
    strict({ stack: z.string().min(1) }),
    strict({ apiId: z.string().min(1), functionName: z.string().min(1), alias: z.string().min(1), replicationGroupId: z.string().min(1) }),
  ],
  { error: 'expected { stack } or { apiId, functionName, alias, replicationGroupId }' },
);

/** The policy file, strictly. Durations become milliseconds, rates numbers per second, percentages fractions. */
export const policySchema = strict({
  version: z.literal(1, { error: 'expected version: 1' }),
  release: strict({ entry: z.string().min(1), env: z.record(z.string(), z.string()).optional() }),
  /** Whoever puts releases onto AWS without Tidegate's assembly: a shell command, run by `deploy --tier staging`. */
  deploy: strict({ command: z.string().trim().min(1), timeout: duration.optional() }).optional(),
  control: strict({ route: z.string().min(1) }).optional(),
  targets: strict({
    twin: strict({ period: duration, settle: settle.optional() }).optional(),
    aws: strict({
      /** Default: the environment's (AWS_REGION). */
      region: z.string().min(1).optional(),
      /** Nothing is touched with credentials of another account. */
      account: z
        .string()
        .regex(/^\d{12}$/, 'expected the 12 digits of an account, in quotes')
        .optional(),
      period: duration,
      settle: settle.optional(),
      staging: tier,
      production: tier,
      /** Where the record of each release is kept; only what promotes or rolls back needs it. */
      ledger: z
        .union([strict({ stack: z.string().min(1) }), strict({ bucket: z.string().min(1) })], { error: 'expected { stack } or { bucket }' })
        .optional(),
    }).optional(),
  }),
  production: strict({ peakConcurrency: z.number().int().positive(), cacheMaxConnectionsPerNode: z.number().int().positive() }),
  promotion: strict({
    profile: oneOf('profile', PROFILES),
    maxEvidenceAge: duration,
    approval: oneOf('approval', ['environment', 'dispatch']),
    approverMayBeAuthor: z.boolean(),
    /** Logins of those who may approve where `approval` is `dispatch`, override gates and open the hotfix lane. */
    approvers: z.array(z.string().min(1)).optional(),
    /** The short lane: with which profile staging is asked. Not set: there is no such lane. */
    hotfix: strict({ profile: oneOf('profile', PROFILES) }).optional(),
  }),
  defaults: strict({
    mode: oneOf('mode', MODES).optional(),
    confidence: z.number().gt(0.5, 'must be above 0.5').lt(1, 'must be below 1').optional(),
  }).optional(),
  /** Evidence of the release that was promoted last, which `baseline` and `leak` compare with. */
  baseline: strict({
    /** Older evidence counts as none. */
    maxAge: duration,
  }).optional(),
  stages: stagesSchema,
});
export type Policy = z.output<typeof policySchema>;

/** JSON Schema of the policy file as it is written, for editors. */
export function policyJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(policySchema, { io: 'input', target: 'draft-2020-12' });
}
