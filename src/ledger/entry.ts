import { createHash } from 'node:crypto';
import { z } from 'zod';
import { digestSchema } from '../gates/evidence-schema';
import { gateReportSchema, overrideSchema } from '../gates/report-schema';
import { TARGETS } from '../gates/vocabulary';

const reason = z.string().min(1);
/** The platform's own name for what serves since then, where it has one (Lambda's published version): a package may have several. */
const version = z.string().min(1).optional();

/** What can happen to a release. Each kind says only what a later guard has to know. */
export const eventSchema = z.discriminatedUnion('kind', [
  /** A release that is a cloud assembly was kept: what its package is called, and the archive of it among the kept files. */
  z.strictObject({ kind: z.literal('built'), packageDigest: digestSchema, archive: digestSchema }),
  z.strictObject({ kind: z.literal('evidence'), evidence: digestSchema }),
  z.strictObject({ kind: z.literal('gate-report'), report: gateReportSchema }),
  /** A release that was put into an empty production without qualification, so that a canary has something to be compared with. */
  z.strictObject({ kind: z.literal('installation'), reason, version }),
  /** Written before a share of the requests moves from `from` to this digest. */
  z.strictObject({ kind: z.literal('canary-begun'), from: digestSchema.nullable() }),
  /** Written before all requests move: only what no `canary-rolled-back` follows has served. */
  z.strictObject({ kind: z.literal('promotion'), from: digestSchema.nullable(), version }),
  /** The canary of this digest was taken back; production kept `kept`. */
  z.strictObject({ kind: z.literal('canary-rolled-back'), kept: digestSchema, reason }),
  /** Production left `from` for this entry's digest. */
  z.strictObject({ kind: z.literal('rollback'), from: digestSchema, who: z.string().min(1), reason, version }),
  /** A move that was under way was stopped: production serves this digest alone, as it did. */
  z.strictObject({ kind: z.literal('restoration'), who: z.string().min(1), reason }),
  /** The infrastructure was brought to the release that serves already; what serves did not change. */
  z.strictObject({ kind: z.literal('redeployment'), who: z.string().min(1), reason, version }),
  z.strictObject({ kind: z.literal('revocation'), who: z.string().min(1), reason }),
  /** No promotion until a person clears it. */
  z.strictObject({ kind: z.literal('hold'), who: z.string().min(1), reason }),
  z.strictObject({ kind: z.literal('hold-cleared'), who: z.string().min(1), reason }),
  /** A person said yes to this digest, in one attempt of one run. `who` is a login. */
  z.strictObject({
    kind: z.literal('approval'),
    who: z.string().min(1),
    mode: z.enum(['environment', 'dispatch']),
    run: z.string().min(1),
    attempt: z.number().int().positive(),
    reason: z.string(),
  }),
  /** A person set aside gates of this digest; the verdict stays what it is. */
  z.strictObject({ kind: z.literal('override'), override: overrideSchema }),
  /** This digest came by the short lane, from a branch on what production ran; its full qualification is owed. */
  z.strictObject({ kind: z.literal('hotfix'), who: z.string().min(1), reason, branch: z.string().min(1) }),
  /** This digest will not be promoted any more: a newer one took its place. */
  z.strictObject({ kind: z.literal('superseded'), by: digestSchema, reason }),
]);
export type LedgerEvent = z.infer<typeof eventSchema>;

export const entrySchema = z.strictObject({
  schemaVersion: z.literal(1),
  sequence: z.number().int().positive(),
  at: z.iso.datetime(),
  target: z.enum(TARGETS),
  /** The release that the event is about. */
  digest: digestSchema,
  commit: z.string(),
  event: eventSchema,
  /** Hash of the entry before this one; null for the first. */
  previous: digestSchema.nullable(),
});
export type LedgerEntry = z.infer<typeof entrySchema>;
export type NewEntry = Pick<LedgerEntry, 'at' | 'target' | 'digest' | 'commit' | 'event'>;

/** The hash that the next entry names. `text` is the entry exactly as it is stored. */
export function entryHash(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
