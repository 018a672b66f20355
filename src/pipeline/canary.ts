import { evaluateStage } from '../gates/evaluate-stage';
import type { StageEvidence } from '../gates/evidence-schema';
import type { Policy } from '../gates/policy/policy';
import type { ResolvedStage } from '../gates/policy/resolve';
import { DeployFailedError, type Health, type ReleasePackage, type Shift, type Target, type TierDescription } from '../targets/target';
import { tell } from './qualify';
import { runStage } from './run-stage';
import type { StageRun } from './stage-run';

export interface CanaryRequest extends Omit<StageRun, 'attempt' | 'description' | 'tier' | 'stage' | 'quietSince'> {
  readonly target: Target;
  readonly policy: Policy;
  readonly release: ReleasePackage;
  readonly stage: ResolvedStage;
  /** Called with the evidence as soon as it is there, whatever it says and whatever happens to the shift afterwards. */
  readonly onEvidence: (evidence: StageEvidence) => Promise<void>;
  /**
   * Called when the canary has passed and before production moves for good: writes down that it will, or says why it must not.
   * @returns null to go on, or the reason to roll back
   */
  readonly confirm: (evidence: StageEvidence, from: string) => Promise<string | null>;
}

export interface CanaryOutcome {
  readonly state: 'promoted' | 'rolled-back' | 'held';
  readonly reason: string;
  readonly evidence: StageEvidence;
  /** Production after the shift, as the platform itself describes it. */
  readonly production: TierDescription;
}

const DEFAULT_WEIGHT = 0.1;

/**
 * Moves production to a release behind a canary: a share of requests, watched; then all of them, or none.
 * Whatever happens in between, the alias does not stay half-way: an exception or an interrupt rolls back.
 */
export async function shiftProduction(request: CanaryRequest): Promise<CanaryOutcome> {
  const { target, release, stage, listener } = request;
  const watchMs = stage.maxWaitMs + request.settings.deadlineMs;
  const shift = await target.beginShift('production', release, { weight: stage.weight ?? DEFAULT_WEIGHT, watchMs });
  let decided = false;
  const end = async (outcome: 'complete' | 'roll-back'): Promise<TierDescription> => {
    // A way back that failed is not gone a second time: its error says where production stands.
    if (outcome === 'roll-back') decided = true;
    const production = await target.stop(shift, outcome);
    const expected = outcome === 'complete' ? shift.to : shift.from;
    if (production.servingDigest !== expected.digest) {
      throw new DeployFailedError(`production serves ${production.servingDigest} although ${expected.digest} was asked for`);
    }
    decided = true;
    return production;
  };
  try {
    listener({ kind: 'step', text: `canary: ${Math.round(shift.weight * 100)} % of production on version ${shift.to.version}` });
    const run = { ...request, stage, tier: 'production', attempt: 1, description: shift.description, quietSince: 0 } as const;
    const evidence = await runStage(target.canaryTraffic === 'real' ? { ...run, health: () => stillShifting(target, shift) } : run);
    await request.onEvidence(evidence);
    const report = evaluateStage({ stage: evidence, policy: request.policy, earlier: [] });
    tell(listener, report);
    const state = await target.observe(shift);
    if (state.state === 'rolled-back' || state.state === 'failed') {
      return {
        state: 'rolled-back',
        reason: `the platform took the canary back: ${state.detail}`,
        evidence,
        production: await end('roll-back'),
      };
    }
    if (report.verdict === 'passed') {
      const objection = await request.confirm(evidence, shift.from.digest);
      return objection === null
        ? { state: 'promoted', reason: 'the canary passed', evidence, production: await end('complete') }
        : { state: 'rolled-back', reason: objection, evidence, production: await end('roll-back') };
    }
    const why = report.gates.find(({ verdict }) => verdict === report.verdict)?.message ?? report.reason;
    if (report.verdict === 'inconclusive' && stage.onInconclusive === 'hold') {
      decided = true;
      return { state: 'held', reason: why, evidence, production: await target.describe('production') };
    }
    return { state: 'rolled-back', reason: why, evidence, production: await end('roll-back') };
  } finally {
    if (!decided) await target.stop(shift, 'roll-back');
  }
}

/** The platform may take a canary back by itself: more watching would only watch the old version. */
async function stillShifting(target: Target, shift: Shift): Promise<Health> {
  const { state, detail } = await target.observe(shift);
  if (state === 'rolled-back' || state === 'failed') return { ok: false, detail: `the platform took the canary back: ${detail}` };
  return target.health(shift.tier);
}
