import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { TargetName } from '../vocabulary';
import { parsePolicy } from './parse';
import { type Policy, policySchema } from './policy';
import { findingsOf, formatProblems, pathText } from './problems';

/** What a rollback or an override reads of the policy. */
export interface WayBack {
  readonly targets: Policy['targets'];
  /** `release.env`; empty where it is wrong, too. */
  readonly environment: Readonly<Record<string, string>>;
  /** `promotion.approvers`; empty where nobody asked for them. */
  readonly approvers: readonly string[];
}

export interface ReadWayBack {
  /** Null when something that is needed is missing or wrong. */
  readonly wayBack: WayBack | null;
  /** One line each. */
  readonly missing: readonly string[];
  /** What is wrong with the file as a policy, as `formatProblems` writes it; empty when nothing is. */
  readonly problems: string;
}

/** For periods that nobody can read: nothing is measured on the way back. */
const UNMEASURED = { twin: { period: 5000 }, aws: 60_000 } as const;

const { targets, release, promotion } = policySchema.shape;
const aws = targets.shape.aws.unwrap().shape;
const approvers = z.object({ approvers: promotion.shape.approvers });

/** A target needs nothing of the other. */
const TARGETS_NEEDED = {
  twin: z
    .object({ twin: targets.shape.twin.catch(undefined) })
    .catch({})
    .transform(({ twin }) => ({ twin: twin ?? UNMEASURED.twin })),
  aws: z.object({
    aws: z.object({ ...aws, period: aws.period.catch(UNMEASURED.aws), settle: aws.settle.catch(undefined) }).optional(),
  }),
} as const;

/**
 * Reads of a policy file only what the way back needs: at 2 a.m. it must be open although somebody's gate is misspelt or was to
 * observe until yesterday.
 *
 * @param text YAML; null when there is no such file
 * @param now as for `parsePolicy`
 * @param needs whether approvers that are wrong are an error, or not looked at
 */
export function readWayBack(
  text: string | null,
  file: string,
  now: Date,
  target: TargetName,
  needs: 'approvers' | 'no-approvers',
): ReadWayBack {
  const value = valueIn(text);
  const strict = text === null ? null : parsePolicy(text, file, now);
  const problems = strict === null ? `${file}: cannot be read\n` : strict.ok ? '' : formatProblems(strict.problems);
  const given = {
    targets: undefined,
    release: undefined,
    promotion: undefined,
    ...(value !== null && typeof value === 'object' ? value : {}),
  };
  const parsed = z
    .object({
      targets: TARGETS_NEEDED[target],
      release: z.object({ env: release.shape.env }).catch({}),
      promotion: needs === 'approvers' ? approvers : approvers.catch({}),
    })
    .safeParse(given);
  if (parsed.success) {
    const { data } = parsed;
    const wayBack = { targets: data.targets, environment: data.release.env ?? {}, approvers: data.promotion.approvers ?? [] };
    return { wayBack, missing: [], problems };
  }
  const missing = findingsOf(parsed.error.issues, given).map(({ path, message }) => `${pathText(path)}: ${message}`);
  return { wayBack: null, missing, problems };
}

/** A key that stands twice counts as it does for YAML's other readers: the last one. Text that is no YAML has no value. */
function valueIn(text: string | null): unknown {
  if (text === null) return null;
  const document = parseDocument(text, { uniqueKeys: false });
  return document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 10 });
}
