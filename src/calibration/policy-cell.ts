import { evaluateStage } from '../gates/evaluate-stage';
import type { StageEvidence } from '../gates/evidence-schema';
import { measured } from '../gates/measure/measured';
import type { GateVerdict } from '../gates/report-schema';
import { type Verdict, worst } from '../gates/vocabulary';
import { ASSUMED, type Condition, HEALTHY_CONDITIONS, LEAKS } from './assumptions';
import { type RunPlan, simulateRun } from './healthy-run';
import { type Random, randomFrom } from './random';
import { type Rate, rateOf } from './rate';
import { countWhere, type Steps, upTo } from './steps';

/** What else may happen is conditional on its happening, and so is no rare event. */
const CONDITION_SHARE = 0.05;

interface Shares {
  readonly falseAlarmRate: Rate;
  readonly inconclusiveRate: Rate;
  /** Either. */
  readonly notPassedRate: Rate;
  /** Gates that did not pass, and in how many runs. */
  readonly gates: Readonly<Record<string, number>>;
}

/** The whole policy on healthy runs of one profile, every stage through the judges that judge real ones, each beside the run before. */
export interface PolicyCell extends Shares {
  readonly profile: string;
  readonly stages: readonly string[];
  readonly periodSeconds: number;
  /** Of healthy runs that fail a request in so many. */
  readonly assumedFailure: number;
  /** Healthy runs under other conditions. */
  readonly conditions: readonly ({ readonly name: string } & Shares)[];
  /** Runs of a release that leaks, and failed. */
  readonly leaks: readonly { readonly name: string; readonly detectionRate: Rate }[];
}

type Plan = Omit<RunPlan, 'assumptions'>;

export function* policyCell(profile: string, plan: Plan, { trials, seed }: { trials: number; seed: number }): Steps<PolicyCell> {
  const few = Math.max(1, Math.round(CONDITION_SHARE * trials));
  const runs = (condition: Condition, count: number) =>
    sharesOf(plan, condition, count, randomFrom(seed, `policy ${profile} ${condition.name}`));
  const assumed = yield* runs({ name: 'assumed', assumptions: ASSUMED, baseline: true }, trials);
  const conditions: PolicyCell['conditions'][number][] = [];
  for (const condition of HEALTHY_CONDITIONS) conditions.push({ name: condition.name, ...(yield* runs(condition, few)) });
  const leaks: PolicyCell['leaks'][number][] = [];
  for (const leak of LEAKS) leaks.push({ name: leak.name, detectionRate: (yield* runs(leak, few)).falseAlarmRate });
  return {
    profile,
    stages: plan.stages.map(({ name }) => name),
    periodSeconds: plan.periodMs / 1000,
    assumedFailure: ASSUMED.failure,
    ...assumed,
    conditions,
    leaks,
  };
}

function* sharesOf(plan: Plan, { assumptions, baseline }: Condition, trials: number, random: Random): Steps<Shares> {
  const healthy = () => simulateRun({ ...plan, assumptions: ASSUMED }, random);
  let before = baseline ? healthy() : [];
  let inconclusive = 0;
  const gates = new Map<string, number>();
  const failed = yield* countWhere(upTo(trials), () => {
    const run = simulateRun({ ...plan, assumptions }, random);
    const { verdict, unmet } = judgeRun(plan, run, before);
    // The baseline is a healthy release's, whatever the candidate does.
    if (baseline) before = assumptions === ASSUMED ? run : healthy();
    if (verdict === 'inconclusive') inconclusive += 1;
    for (const { id } of unmet) gates.set(id, (gates.get(id) ?? 0) + 1);
    return verdict === 'failed';
  });
  return {
    falseAlarmRate: rateOf(failed, trials),
    inconclusiveRate: rateOf(inconclusive, trials),
    notPassedRate: rateOf(failed + inconclusive, trials),
    gates: Object.fromEntries([...gates].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function judgeRun(
  { policy }: Plan,
  run: readonly StageEvidence[],
  before: readonly StageEvidence[],
): { readonly verdict: Verdict; readonly unmet: readonly GateVerdict[] } {
  const earlier: StageEvidence[] = [];
  const reports = run.map((stage) => {
    const same = before.find(({ name }) => name === stage.name);
    const report = evaluateStage({ stage, policy, earlier: [...earlier].reverse(), ...(same && { baseline: measured(same) }) });
    earlier.push(stage);
    return report;
  });
  const unmet = reports.flatMap((report) => report.gates.filter(({ verdict, mode }) => verdict !== 'passed' && mode === 'enforce'));
  return { verdict: worst(reports.map(({ verdict }) => verdict)), unmet };
}
