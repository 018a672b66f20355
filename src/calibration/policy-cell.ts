import { evaluateStage } from '../gates/evaluate-stage';
import type { StageEvidence } from '../gates/evidence-schema';
import type { GateVerdict } from '../gates/report-schema';
import { type Verdict, worst } from '../gates/vocabulary';
import { type RunPlan, simulateRun } from './healthy-run';
import { type Random, randomFrom } from './random';
import { type Rate, rateOf } from './rate';
import { countWhere, type Steps, upTo } from './steps';

/** Connections that the leaking release of the policy's cell leaves behind per request: one in 100. */
const LEAK = 0.01;
/** That it is seen is no rare event. */
const LEAKING_SHARE = 0.1;

/** The whole policy on healthy runs of one profile, every stage through the judges that judge real ones. */
export interface PolicyCell {
  readonly profile: string;
  readonly stages: readonly string[];
  readonly periodSeconds: number;
  readonly falseAlarmRate: Rate;
  readonly inconclusiveRate: Rate;
  /** Either. */
  readonly notPassedRate: Rate;
  /** Runs of a release that leaks one connection in 100 requests, and failed. */
  readonly detectionRate: Rate;
  /** Gates that did not pass in healthy runs, and in how many. */
  readonly gates: Readonly<Record<string, number>>;
}

export function* policyCell(
  profile: string,
  plan: Omit<RunPlan, 'leak'>,
  { trials, seed }: { trials: number; seed: number },
): Steps<PolicyCell> {
  const random = randomFrom(seed, `policy ${profile}`);
  let inconclusive = 0;
  const gates = new Map<string, number>();
  const failed = yield* countWhere(upTo(trials), () => {
    const { verdict, unmet } = judgeRun({ ...plan, leak: 0 }, random);
    if (verdict === 'inconclusive') inconclusive += 1;
    for (const { id } of unmet) gates.set(id, (gates.get(id) ?? 0) + 1);
    return verdict === 'failed';
  });
  const leaking = Math.max(1, Math.round(LEAKING_SHARE * trials));
  const seen = yield* countWhere(upTo(leaking), () => judgeRun({ ...plan, leak: LEAK }, random).verdict === 'failed');
  return {
    profile,
    stages: plan.stages.map(({ name }) => name),
    periodSeconds: plan.periodMs / 1000,
    falseAlarmRate: rateOf(failed, trials),
    inconclusiveRate: rateOf(inconclusive, trials),
    notPassedRate: rateOf(failed + inconclusive, trials),
    detectionRate: rateOf(seen, leaking),
    gates: Object.fromEntries([...gates].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function judgeRun(plan: RunPlan, random: Random): { readonly verdict: Verdict; readonly unmet: readonly GateVerdict[] } {
  const earlier: StageEvidence[] = [];
  const reports = simulateRun(plan, random).map((stage) => {
    const report = evaluateStage({ stage, policy: plan.policy, earlier: [...earlier].reverse() });
    earlier.push(stage);
    return report;
  });
  const unmet = reports.flatMap((report) => report.gates.filter(({ verdict, mode }) => verdict !== 'passed' && mode === 'enforce'));
  return { verdict: worst(reports.map(({ verdict }) => verdict)), unmet };
}
