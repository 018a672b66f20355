import type { LedgerEntry } from '../ledger/entry';
import { latestReport } from '../ledger/history';
import { LedgerUnreadableError } from '../ledger/ledger';
import { newEntry } from './production';
import type { PromotionAttempt } from './promotion-attempt';

/**
 * Writes down which candidates a promotion took with it: their commits are among those that production has got. Production
 * serves already, so a ledger that cannot be written any more is only a warning.
 *
 * @param commits that production has got; none where nobody told
 */
export async function recordOvertaken(
  { workspace, target, release, listener }: Pick<PromotionAttempt, 'workspace' | 'target' | 'release' | 'listener'>,
  commits: readonly string[],
): Promise<void> {
  try {
    for (const candidate of overtaken(await workspace.ledger.read(), release.digest, commits)) {
      const event = { kind: 'superseded', by: release.digest, reason: 'a newer candidate that holds its commit was promoted' } as const;
      await workspace.ledger.append(newEntry(target.name, candidate, event));
    }
  } catch (error) {
    if (!(error instanceof LedgerUnreadableError)) throw error;
    listener({ kind: 'warning', text: `which candidates were overtaken could not be recorded: ${error.message}` });
  }
}

/** Qualified candidates of these commits that never served and that nobody has called superseded. */
function overtaken(entries: readonly LedgerEntry[], by: string, commits: readonly string[]): readonly LedgerEntry[] {
  const settled = new Set(
    entries.filter(({ event }) => ['superseded', 'promotion', 'installation'].includes(event.kind)).map(({ digest }) => digest),
  );
  const isCandidate = (entry: LedgerEntry) =>
    entry.digest !== by &&
    !settled.has(entry.digest) &&
    commits.includes(entry.commit) &&
    latestReport(entries, entry.digest)?.verdict === 'passed';
  const candidates = entries.filter(isCandidate).map((entry): [string, LedgerEntry] => [entry.digest, entry]);
  return [...new Map(candidates).values()];
}
