import { join } from 'node:path';
import { canonicalJson } from '../../gates/canonical';
import { type EvaluateInput, evaluate } from '../../gates/evaluate';
import type { Evidence } from '../../gates/evidence-schema';
import type { Policy } from '../../gates/policy/policy';
import { type ResolvedStage, stagesOf } from '../../gates/policy/resolve';
import type { GateReport } from '../../gates/report-schema';
import type { LedgerEntry } from '../../ledger/entry';
import { latestReport, productionOf } from '../../ledger/history';
import { rehearsalLedger, rehearsalObjects } from '../../ledger/rehearsal';
import { findBaseline } from '../../pipeline/baseline';
import { brokenPromotion, type Delivery } from '../../pipeline/deliver';
import type { DeliveryAsk } from '../../pipeline/delivery-ask';
import { ConfigurationError, RefusedError } from '../../pipeline/errors';
import { type Judged, judgeRun, recordRun } from '../../pipeline/judge-run';
import { keptRelease } from '../../pipeline/keep-release';
import { outdatedBy } from '../../pipeline/outdated-evidence';
import { startProduction } from '../../pipeline/production';
import { promote, rehearsePromotion } from '../../pipeline/promote';
import type { PromotionAttempt } from '../../pipeline/promotion-attempt';
import { metricSettings } from '../../pipeline/settings';
import { storedEvidence, withPlanned } from '../../pipeline/stored-evidence';
import { toolVersion } from '../../pipeline/tool-version';
import { writeCommitOutputs } from '../action-outputs';
import type { CommandContext } from '../context';
import { firstRelease } from '../first-release';
import { type LoadedPolicy, stagesFor } from '../policy-file';
import { progressTo } from '../progress';
import { releaseNamed } from '../release-named';
import { clearReportFiles, K6_DIRECTORY } from '../report-files';
import type { Session } from '../session';

export interface PromoteRequest {
  /** As a person writes it. */
  readonly digest: string;
  readonly policy: LoadedPolicy;
  readonly session: Session;
  readonly delivery: DeliveryAsk | null;
  readonly out: string;
  readonly dryRun: boolean;
}

/** Judges what is stored by the policy of today and moves production if every guard says yes. What breaks off leaves a report as well. */
export async function promoteStored(context: CommandContext, request: PromoteRequest): Promise<Delivery> {
  const { out, dryRun } = request;
  const { policy, digest: policyDigest } = request.policy;
  const workspace = dryRun ? withoutTrace(request.session.workspace) : request.session.workspace;
  const session = { ...request.session, workspace };
  const entries = await workspace.ledger.read();
  const { digest } = releaseNamed(entries, request.digest);
  const stored = await storedFor(workspace, entries, digest, policy);
  writeCommitOutputs(stored.release.commit, productionOf(entries)?.commit ?? null);
  const kept = await keptRelease(workspace, entries, digest, policy.release.env ?? {});
  const release = { ...kept, entry: stored.release.entry };
  const stages = stagesFor(request.policy, stored.profile, session.target.name);
  await clearReportFiles(out);
  await bringUpProduction(context, session, policy);
  const version = toolVersion(context.home);
  const asked = { target: session.target.name, profile: stored.profile, digest };
  const baseline = await findBaseline(workspace, asked, progressTo(context.stderr));
  let judged = judgeAgain({ evidence: stored, policy, policyDigest, toolVersion: version, baseline }, stages);
  const attempt: PromotionAttempt = {
    ...session,
    // On AWS production's own clients are the load.
    k6: session.target.canaryTraffic === 'generated' ? session.k6() : '',
    delivery: request.delivery,
    outdated: outdatedBy(policy, judged),
    profile: stored.profile,
    policy,
    release,
    stage: canaryOf(stages, stored),
    settings: metricSettings(policy, session.target.name),
    root: context.root,
    directory: join(out, K6_DIRECTORY),
    signal: context.signal,
    listener: progressTo(context.stderr),
    // The same report is on record already; one of other evidence or under another policy counts instead.
    record: async () => {
      if (!isSame(latestReport(entries, digest), judged.report)) await recordRun(workspace, judged);
    },
    recordCanary: async (evidence) => {
      const staged = stored.stages.filter(({ name }) => name !== 'canary');
      const facts = { target: session.target.name, release, policy, policyDigest, profile: stored.profile, toolVersion: version };
      const times = { startedAt: Date.parse(stored.startedAt), finishedAt: Date.now() };
      const environmentsStarted = stored.scale?.environmentsStarted ?? null;
      const names = stages.map(({ name }) => name);
      judged = judgeRun({ ...facts, ...times, baseline, environmentsStarted }, names, [...staged, evidence]);
      await recordRun(workspace, judged);
    },
  };
  try {
    const { promotion, override } = await (dryRun ? rehearsePromotion(attempt) : promote(attempt));
    return { ...judged, report: { ...judged.report, override, promotion }, fault: null };
  } catch (fault) {
    // An interrupt, and a mistake in what was asked for, is no outcome of this release.
    if (context.signal.aborted || fault instanceof ConfigurationError) throw fault;
    return { ...judged, report: { ...judged.report, promotion: brokenPromotion(release, fault) }, fault };
  }
}

/** The twin's production lives as long as a command; AWS's is there. */
async function bringUpProduction({ root, stderr }: CommandContext, session: Session, policy: Policy): Promise<void> {
  if (session.twin === null) return;
  const first = () => firstRelease(root, policy, join(session.workspace.directory, 'packages'));
  await startProduction({ ...session, environment: policy.release.env ?? {}, listener: progressTo(stderr), first });
}

/** Reads what there is; what is written is seen by this command alone. */
function withoutTrace(workspace: Session['workspace']): Session['workspace'] {
  return { ...workspace, ledger: rehearsalLedger(workspace.ledger), objects: rehearsalObjects(workspace.objects) };
}

async function storedFor(
  workspace: Session['workspace'],
  entries: readonly LedgerEntry[],
  digest: string,
  policy: Policy,
): Promise<Evidence> {
  const required = (newest: Evidence) => stagesOf(policy, newest.profile).filter((name) => name !== 'canary');
  const stored = await storedEvidence(workspace, entries, digest, required);
  if (stored === null) throw new ConfigurationError(`no evidence is recorded for ${digest}: run the pipeline with it first`);
  // The report that follows would be about that release too, and an earlier one of this digest would speak for it.
  if (stored.release.digest !== digest)
    throw new RefusedError('evidence-of-another-release', `the evidence on record for ${digest} is about ${stored.release.digest}`);
  return stored;
}

function canaryOf(stages: readonly ResolvedStage[], { profile }: Evidence): ResolvedStage {
  const canary = stages.find(({ name }) => name === 'canary');
  if (canary === undefined) throw new ConfigurationError(`stage canary has no load for profile ${profile}`);
  return canary;
}

/**
 * Stored evidence under the policy of today: a stage that the policy has and the evidence has not is `not-run`. A canary that failed
 * stays failed; one without a verdict says nothing, and the promotion that is asked for brings another.
 */
function judgeAgain(given: EvaluateInput & Pick<Judged, 'baseline'>, stages: readonly ResolvedStage[]): Judged {
  const { baseline } = given;
  const required = stages.map(({ name }) => name).filter((name) => name !== 'canary');
  const evidence = withPlanned(given.evidence, required);
  const report = evaluate({ ...given, evidence });
  const undecided = report.stages.some(({ name, verdict }) => name === 'canary' && verdict === 'inconclusive');
  if (!undecided) return { evidence, report, baseline };
  const staged = {
    ...evidence,
    plannedStages: evidence.plannedStages.filter((name) => name !== 'canary'),
    stages: evidence.stages.filter(({ name }) => name !== 'canary'),
  };
  return { evidence: staged, report: evaluate({ ...given, evidence: staged }), baseline };
}

/** Whether two reports say the same of the same, their promotions aside. */
function isSame(recorded: GateReport | null, judged: GateReport): boolean {
  return recorded !== null && canonicalJson({ ...recorded, promotion: null }) === canonicalJson({ ...judged, promotion: null });
}
