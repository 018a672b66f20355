import { readFile } from 'node:fs/promises';
import { type Baseline, baselineFor, type Candidate } from '../gates/baseline';
import { canonicalJson, digestOf } from '../gates/canonical';
import { evidenceSchema, type StageEvidence } from '../gates/evidence-schema';
import type { Measured } from '../gates/measure/measured';
import type { Policy } from '../gates/policy/policy';
import type { ReasonCode } from '../gates/reasons';
import type { GateReport } from '../gates/report-schema';
import type { ProfileName, TargetName } from '../gates/vocabulary';
import type { LedgerEntry } from '../ledger/entry';
import { promotionsOf, revocationOf } from '../ledger/history';
import { LedgerUnreadableError } from '../ledger/ledger';
import type { ProgressListener } from './events';
import type { Workspace } from './workspace';

export interface BaselineAsked {
  readonly target: TargetName;
  readonly profile: ProfileName;
  /** The release that is judged: it is not compared with itself. */
  readonly digest: string;
}

/**
 * The evidence that a release is compared with, by the ledger: of the release that was promoted last because its gates passed, and is
 * not revoked, under the same profile. A promotion by override leaves none: what was set aside then must not become the measure. One
 * whose gates lacked nothing but a baseline does: otherwise there would never be a first.
 * @returns null when there is none; what cannot be read counts as none, and is said
 */
export async function findBaseline(
  { ledger, objects }: Pick<Workspace, 'ledger' | 'objects'>,
  asked: BaselineAsked,
  listener: ProgressListener,
): Promise<Baseline | null> {
  try {
    const digest = baselineDigest(await ledger.read(), asked);
    if (digest === null) return null;
    const evidence = evidenceSchema.parse(JSON.parse(await readFile(await objects.path(digest), 'utf8')));
    return { evidence, digest: digestOf(canonicalJson(evidence)) };
  } catch (error) {
    const detail = error instanceof LedgerUnreadableError ? 'the ledger cannot be read' : 'its evidence cannot be read';
    const why = error instanceof Error ? error.message : String(error);
    listener({ kind: 'warning', text: `no baseline: ${detail} (${why})` });
    return null;
  }
}

/** What a stage is compared with, as soon as it has been measured: as its report will say when the run is over. */
export function comparedWith(baseline: Baseline | null, policy: Policy, run: Candidate): (stage: StageEvidence) => Measured<StageEvidence> {
  return (stage) => baselineFor(stage, run, baseline, policy);
}

/** The digest under which that evidence is kept. Pure. */
export function baselineDigest(entries: readonly LedgerEntry[], { target, profile, digest }: BaselineAsked): string | null {
  const ofTarget = entries.filter((entry) => entry.target === target);
  for (const promoted of promotionsOf(ofTarget).toReversed()) {
    if (promoted.digest === digest || revocationOf(ofTarget, promoted.digest) !== null) continue;
    const accepted = reportsOf(ofTarget.slice(0, promoted.at), promoted.digest).at(-1);
    if (accepted === undefined || !mayBeCompared(accepted)) continue;
    const kept = new Set(ofTarget.flatMap(({ event }) => (event.kind === 'evidence' ? [event.evidence] : [])));
    const reports = reportsOf(ofTarget, promoted.digest).filter((report) => report.profile === profile);
    // A later failing check takes an earlier pass back.
    if (reports.at(-1)?.verdict === 'failed') continue;
    const passed = reports.filter((report) => mayBeCompared(report) && kept.has(report.evidence.digest));
    // A stage that was judged alone later must not hide the whole qualification.
    const most = Math.max(0, ...passed.map(stagesOnStaging));
    const found = passed.findLast((report) => stagesOnStaging(report) === most);
    if (found !== undefined) return found.evidence.digest;
  }
  return null;
}

const NO_BASELINE: readonly ReasonCode[] = ['baseline-missing', 'baseline-too-short'];

/** A pass, or all that was enforced passed but for what there was nothing to compare with. */
function mayBeCompared({ verdict, stages }: GateReport): boolean {
  if (verdict !== 'inconclusive') return verdict === 'passed';
  const enforced = stages.flatMap(({ gates }) => gates).filter(({ mode }) => mode === 'enforce');
  const open = enforced.filter((gate) => gate.verdict !== 'passed');
  return open.length > 0 && stages.every(({ window }) => window !== null) && open.every(({ reason }) => NO_BASELINE.includes(reason));
}

function reportsOf(entries: readonly LedgerEntry[], digest: string): readonly GateReport[] {
  return entries.flatMap((entry) => (entry.digest === digest && entry.event.kind === 'gate-report' ? [entry.event.report] : []));
}

function stagesOnStaging({ stages }: GateReport): number {
  return stages.filter(({ tier }) => tier === 'staging').length;
}
