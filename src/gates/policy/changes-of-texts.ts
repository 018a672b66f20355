import { type PolicyChange, policyChanges } from './changes';
import { parsePolicy } from './parse';
import { formatProblems } from './problems';

/** A policy file as it was at a commit. */
export interface PolicyText {
  /** Its name, for problems. */
  readonly file: string;
  readonly text: string;
}

export type PolicyComparison =
  | { readonly ok: true; readonly changes: readonly PolicyChange[] }
  /** One sentence, then each problem on a line of its own; not yet escaped for any medium. */
  | { readonly ok: false; readonly problem: string };

/** Before every `until`: whether the base's gates may still observe today is not asked. */
const LONG_AGO = new Date(0);

/**
 * What a head's policy changes of its base's. A policy that cannot be read is a finding too, never an exception: the text comes
 * from a pull request.
 * @param now judges `until` of the head's gates that only observe
 */
export function comparePolicies(base: PolicyText, head: PolicyText, now: Date): PolicyComparison {
  const before = parsePolicy(base.text, base.file, LONG_AGO);
  if (!before.ok) return { ok: false, problem: `The base's policy is not valid:\n${formatProblems(before.problems).trimEnd()}` };
  const after = parsePolicy(head.text, head.file, now);
  if (!after.ok) return { ok: false, problem: `The head's policy is not valid:\n${formatProblems(after.problems).trimEnd()}` };
  return { ok: true, changes: policyChanges(before.policy, after.policy) };
}
