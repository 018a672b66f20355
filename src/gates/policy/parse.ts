import { canonicalJson, digestOf } from '../canonical';
import { checkPolicy } from './checks';
import { remember } from './origin';
import { type Policy, policySchema } from './policy';
import { findingsOf, locate, type PolicyProblem } from './problems';
import { checkPeriods } from './reach';
import { readSource } from './source';

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy; readonly digest: string }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/**
 * Reads a policy file.
 * @param text YAML
 * @param file its name, for problems
 * @param now judges `until` of gates that only observe
 * @returns the policy and the digest of its canonical JSON (comments and spelling of numbers do not count), or every
 * problem with file, line, column and path
 */
export function parsePolicy(text: string, file: string, now: Date): ParsedPolicy {
  const read = readSource(text, file);
  if (!read.ok) return read;
  const parsed = policySchema.safeParse(read.source.value);
  if (!parsed.success) return { ok: false, problems: locate(findingsOf(parsed.error.issues, read.source.value), read.source) };
  const findings = [...checkPolicy(parsed.data, now), ...checkPeriods(parsed.data)];
  if (findings.length > 0) return { ok: false, problems: locate(findings, read.source) };
  remember(parsed.data, read.source);
  return { ok: true, policy: parsed.data, digest: digestOf(canonicalJson(parsed.data)) };
}
