import { AwsError } from '../aws/failure';
import { evaluateStage } from '../gates/evaluate-stage';
import type { StageEvidence } from '../gates/evidence-schema';
import type { Measured } from '../gates/measure/measured';
import type { Policy } from '../gates/policy/policy';
import type { ResolvedStage } from '../gates/policy/resolve';
import type { StageReport } from '../gates/report-schema';
import { DeployFailedError, type Target, type TierDescription } from '../targets/target';
import type { ProgressListener } from './events';
import { runStage } from './run-stage';
import type { Fault, StageRun } from './stage-run';

export interface QualificationRequest extends Omit<StageRun, 'stage' | 'attempt' | 'description' | 'target' | 'quietSince' | 'looks'> {
  readonly target: Target;
  readonly policy: Policy;
  readonly stages: readonly ResolvedStage[];
  /** Whether a load is stopped as soon as a gate is certain to fail; default true. */
  readonly earlyStop?: boolean | undefined;
  /** What a stage is compared with; without it nothing is. */
  readonly compared?: ((stage: StageEvidence) => Measured<StageEvidence>) | undefined;
  /** Puts the release under test onto the tier and describes it; called again for a retry on a fresh deployment. */
  readonly deploy: () => Promise<TierDescription>;
}

/**
 * Only a run whose load was spoiled is tried once more, where a deployment starts environments anew: those of the spoiled load would
 * be counted in the next. A failure never is.
 */
const RETRIED = 'load-not-applied';

/** What a qualification left: evidence of the stages that ran, and why the others could not. */
export interface Qualification {
  readonly stages: readonly StageEvidence[];
  readonly fault: Fault | null;
}

/**
 * Runs the stages in order and stops after the first that does not pass: what follows could not change the verdict.
 * Both attempts of a retried stage are in the evidence.
 */
export async function qualify(request: QualificationRequest): Promise<Qualification> {
  const done: StageEvidence[] = [];
  try {
    await runStages(request, done);
    return { stages: done, fault: null };
  } catch (error) {
    if (!(error instanceof DeployFailedError || error instanceof AwsError)) throw error;
    return { stages: done, fault: { reason: 'deploy-failed', detail: error.message } };
  }
}

async function runStages(request: QualificationRequest, done: StageEvidence[]): Promise<void> {
  let description = await request.deploy();
  for (const stage of request.stages) {
    for (const attempt of [1, 2]) {
      const looks = request.earlyStop === false ? null : { policy: request.policy, earlier: done.toReversed() };
      const evidence = await runStage({ ...request, stage, attempt, description, quietSince: endOf(done.at(-1)), looks });
      const baseline = request.compared?.(evidence);
      const report = evaluateStage({
        stage: evidence,
        policy: request.policy,
        earlier: done.toReversed(),
        ...(baseline === undefined ? {} : { baseline }),
      });
      done.push(evidence);
      tell(request.listener, report);
      if (report.verdict === 'passed') break;
      if (attempt === 2 || report.reason !== RETRIED || !request.target.freshDeployments) return;
      request.listener({ kind: 'warning', text: `${stage.name}: the load was not applied as planned; once more on a fresh deployment` });
      description = await request.deploy();
    }
  }
}

function endOf(stage: StageEvidence | undefined): number {
  return stage === undefined ? 0 : Date.parse(stage.window.end);
}

export function tell(listener: ProgressListener, report: StageReport): void {
  listener({ kind: 'stage-judged', stage: report.name, verdict: report.verdict, gates: report.gates });
}
