import type { LedgerEntry } from '../ledger/entry';
import { ConfigurationError } from '../pipeline/errors';

const MINIMUM = 6;

/** The one release of the ledger that a person means by a digest or the beginning of one. */
export function releaseNamed(entries: readonly LedgerEntry[], name: string): { readonly digest: string; readonly commit: string } {
  const prefix = name.replace(/^sha256:/, '');
  if (!/^[0-9a-f]+$/.test(prefix) || prefix.length < MINIMUM) {
    throw new ConfigurationError(`"${name}" is no digest: give at least its first ${MINIMUM} digits, as reports print them`);
  }
  const found = new Map(
    entries.filter(({ digest }) => digest.startsWith(`sha256:${prefix}`)).map(({ digest, commit }) => [digest, commit]),
  );
  const [first, second] = [...found];
  if (first === undefined) throw new ConfigurationError(`no release of the ledger begins with ${prefix}`);
  if (second !== undefined) throw new ConfigurationError(`${prefix} is the beginning of ${found.size} releases; give more digits`);
  return { digest: first[0], commit: first[1] };
}
