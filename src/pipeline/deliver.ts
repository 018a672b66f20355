import type { StageEvidence } from '../gates/evidence-schema';
import type { Policy } from '../gates/policy/policy';
import type { ResolvedStage } from '../gates/policy/resolve';
import type { Promotion } from '../gates/report-schema';
import type { ProfileName } from '../gates/vocabulary';
import { DeployFailedError, type ReleasePackage, type Target, type TierDescription } from '../targets/target';
import { comparedWith, findBaseline } from './baseline';
import type { DeliveryAsk } from './delivery-ask';
import { ConfigurationError } from './errors';
import type { ProgressListener } from './events';
import { type Judged, judgeRun, recordRun } from './judge-run';
import { keepRelease } from './keep-release';
import { short } from './production';
import { promote } from './promote';
import type { Promoted } from './promotion-attempt';
import { qualify } from './qualify';
import type { MetricSettings } from './settings';
import type { StageRun } from './stage-run';
import type { Workspace } from './workspace';

export interface DeliveryRequest {
  readonly target: Target;
  readonly release: ReleasePackage;
  readonly policy: Policy;
  readonly policyDigest: string;
  readonly profile: ProfileName;
  /** In order; the canary, if any, is the last. */
  readonly stages: readonly ResolvedStage[];
  readonly settings: MetricSettings;
  readonly workspace: Workspace;
  /** Who is asked before production moves; null where nobody can be: on AWS the promotion then waits. */
  readonly delivery: DeliveryAsk | null;
  readonly toolVersion: string;
  readonly k6: string;
  readonly root: string;
  /** Where k6's own output goes. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly listener: ProgressListener;
  readonly earlyStop?: boolean | undefined;
  readonly onLoad?: StageRun['onLoad'];
}

/** What a delivery leaves: always a report of what was measured, even when something broke afterwards. */
export interface Delivery extends Judged {
  /** Thrown after the staging evidence was complete; the caller writes the report first, then fails. */
  readonly fault: unknown;
}

/** Qualifies a release on staging and, when its guard says yes, promotes it behind a canary. Production must serve already. */
export async function deliver(request: DeliveryRequest): Promise<Delivery> {
  const startedAt = Date.now();
  const qualification = request.stages.filter(({ name }) => name !== 'canary');
  const [canary] = request.stages.filter(({ name }) => name === 'canary');
  if (canary === undefined) throw new ConfigurationError('a delivery needs a canary: give the stage a load for this profile');
  const { target, profile, release, policy } = request;
  const asked = { target: target.name, profile, digest: release.digest };
  const baseline = await findBaseline(request.workspace, asked, request.listener);
  const staged = await qualify({
    ...request,
    tier: 'staging',
    stages: qualification,
    compared: comparedWith(baseline, policy, { target: target.name, profile, release }),
    deploy: () => deployToStaging(request),
  });
  const judge = async (stages: readonly ResolvedStage[], evidence: readonly StageEvidence[]): Promise<Judged> => {
    const environmentsStarted = await startedIn(target);
    const times = { startedAt, finishedAt: Date.now() };
    const facts = { ...request, ...times, target: target.name, baseline, environmentsStarted, fault: staged.fault };
    return judgeRun(
      facts,
      stages.map(({ name }) => name),
      evidence,
    );
  };
  let judged = await judge(qualification, staged.stages);
  try {
    const promoted = await promote({
      ...request,
      stage: canary,
      outdated: null,
      record: async () => {
        await keepRelease(request.workspace, request.release);
        await recordRun(request.workspace, judged);
      },
      recordCanary: async (evidence) => {
        judged = await judge(request.stages, [...staged.stages, evidence]);
        await recordRun(request.workspace, judged);
      },
    });
    return { ...judged, report: { ...judged.report, override: promoted.override, promotion: awaited(request, promoted) }, fault: null };
  } catch (fault) {
    if (request.signal.aborted) throw fault;
    const promotion = brokenPromotion(request.release, fault);
    return { ...judged, report: { ...judged.report, promotion }, fault };
  }
}

/** Nobody can approve inside one process: a release that only lacks that has been qualified, not refused. */
function awaited({ delivery, release }: DeliveryRequest, { promotion, code }: Promoted): Promotion {
  if (delivery !== null || code !== 'approval-missing') return promotion;
  const reason = `qualified; the workflow \`delivery\` asks for the approval of ${short(release.digest)}, and \`tidegate promote\` needs it`;
  return { ...promotion, state: 'awaiting-approval', reason };
}

/** What a report says of a promotion that an exception ended. */
export function brokenPromotion(release: ReleasePackage, fault: unknown): Promotion {
  const detail = fault instanceof Error ? fault.message : String(fault);
  return { state: 'refused', from: null, to: release.digest, reason: `the promotion broke off: ${detail}` };
}

/** Environments started on both tiers; null where the platform does not tell. */
async function startedIn(target: Target): Promise<number | null> {
  const [staging, production] = [await target.facts('staging'), await target.facts('production')];
  if (staging.environmentsStarted === null || production.environmentsStarted === null) return null;
  return staging.environmentsStarted + production.environmentsStarted;
}

async function deployToStaging({ target, release, listener }: DeliveryRequest): Promise<TierDescription> {
  const description = await target.deploy('staging', release);
  // What was built is what is tested: the platform's own word for it must be the same.
  if (description.servingDigest !== release.packageDigest) {
    throw new DeployFailedError(`staging serves ${description.servingDigest} although ${release.packageDigest} was deployed`);
  }
  listener({ kind: 'step', text: `staging serves ${short(release.digest)} at ${description.apiUrl}` });
  return description;
}
