import { canonicalJson, digestOf } from '../gates/canonical';
import type { GateReport } from '../gates/report-schema';

/**
 * Names the run on staging that a report rests on: the same when it is judged again under another policy and when a canary is
 * added to it, another one when anything was measured anew.
 */
export function stagingEvidenceOf({ release, evidence, stages }: GateReport): string {
  const measured = stages.filter(({ tier, window }) => tier === 'staging' && window !== null);
  const runs = measured.map(({ name, window, load }) => ({ name, window, load }));
  return digestOf(canonicalJson({ digest: release.digest, startedAt: evidence.startedAt, runs }));
}
