import type { Baseline } from './baseline';
import type { StageEvidence } from './evidence-schema';
import type { Measured } from './measure/measured';
import type { Gate } from './policy/gate';
import type { GateReport } from './report-schema';

/** What one stage was compared with, and the gates that were asked. */
export interface Comparison {
  readonly baseline: Measured<StageEvidence>;
  readonly gates: readonly Gate[];
}

/** What the report says of a baseline; null where no gate was compared with it. */
export function namedBaseline(baseline: Baseline | null, comparisons: readonly Comparison[]): GateReport['baseline'] {
  const used = comparisons.some((each) => each.baseline.ok && each.gates.some(({ judge }) => judge === 'baseline' || judge === 'leak'));
  if (baseline === null || !used) return null;
  const { release, finishedAt } = baseline.evidence;
  return { digest: baseline.digest, release: { digest: release.digest, commit: release.commit }, finishedAt };
}

/** Which release the others are measured by; that there is none only where a gate asks for one. */
export function baselineNotes(named: GateReport['baseline'], comparisons: readonly Comparison[]): string[] {
  if (named !== null) {
    const { release, finishedAt } = named;
    return [
      `Compared with the last release that was promoted with passing gates, ${release.digest.slice(7, 19)} of commit ${release.commit}, measured until ${finishedAt}.`,
    ];
  }
  const asked = (of: 'baseline' | 'leak') => comparisons.find(({ gates }) => gates.some(({ judge }) => judge === of))?.baseline;
  const compared = asked('baseline');
  if (compared?.ok === false)
    return [`No baseline: ${compared.detail}. Gates that compare were judged by their absolute limit alone, those without one not at all.`];
  const leak = asked('leak');
  return leak?.ok === false ? [`No baseline: ${leak.detail}. A leak was looked for in this run alone.`] : [];
}
