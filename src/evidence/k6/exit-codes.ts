/** What k6's process exit codes mean (k6 v2.2.0, errext/exitcodes). */

export type ExitMeaning =
  /** The script ran to its end: the evidence can be judged, whatever k6's own thresholds say. */
  { readonly kind: 'completed' } | { readonly kind: 'failed'; readonly detail: string };

const COMPLETED: ReadonlySet<number> = new Set([
  0, // all is well
  99, // thresholds crossed: a note, never evidence
  110, // the script marked its run as failed, and ran on
]);

const MEANINGS: ReadonlyMap<number, string> = new Map([
  [97, 'a cloud run failed'],
  [98, 'the progress of a cloud run could not be read'],
  [100, 'setup() took too long'],
  [101, 'teardown() took too long'],
  [102, 'something took too long'],
  [103, 'it was stopped through its REST API'],
  [104, 'the configuration of the script is invalid'],
  [105, 'it was stopped by a signal from outside'],
  [106, 'its REST API could not be started'],
  [107, 'the script threw an exception'],
  [108, 'the script aborted the run'],
  [109, 'k6 itself crashed'],
]);

/**
 * @param exitCode of the process; null when a signal ended it.
 * @param exitSignal that ended the process; null when it ended by itself.
 */
export function meaningOf(exitCode: number | null, exitSignal: string | null): ExitMeaning {
  if (exitCode === null)
    return { kind: 'failed', detail: `k6 was ended by ${exitSignal ?? 'an unknown signal'} before its script was done` };
  if (COMPLETED.has(exitCode)) return { kind: 'completed' };
  return {
    kind: 'failed',
    detail: `k6 ended with code ${exitCode}: ${MEANINGS.get(exitCode) ?? 'a meaning that this version does not know'}`,
  };
}
