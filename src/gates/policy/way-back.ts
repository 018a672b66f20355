import { isMap, isNode, isScalar, parseDocument } from 'yaml';
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
  const problems = text === null ? `${file}: cannot be read\n` : problemsOf(text, file, now);
  const valueAt = valuesIn(text, needs);
  const given = { targets: valueAt('targets'), release: valueAt('release'), promotion: valueAt('promotion') };
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

/** As `formatProblems` writes them. An alias that leads nowhere is only found when values are made, and thrown. */
function problemsOf(text: string, file: string, now: Date): string {
  try {
    const strict = parsePolicy(text, file, now);
    return strict.ok ? '' : formatProblems(strict.problems);
  } catch (error) {
    return `${file}: ${error instanceof Error ? error.message : error}\n`;
  }
}

/**
 * Values by their key, each made for itself: what is wrong elsewhere does not matter. A key that stands twice counts as it does for
 * YAML's other readers: the last one. Of text with errors counts what could be read, but not to say who may approve.
 */
function valuesIn(text: string | null, needs: 'approvers' | 'no-approvers'): (name: string) => unknown {
  const document = parseDocument(text ?? '', { uniqueKeys: false });
  const root = document.errors.length > 0 && needs === 'approvers' ? null : document.contents;
  return (name) => {
    const node: unknown = isMap(root) ? root.items.findLast(({ key }) => isScalar(key) && key.value === name)?.value : undefined;
    try {
      return isNode(node) ? node.toJS(document, { maxAliasCount: 10 }) : undefined;
    } catch {
      return undefined;
    }
  };
}
