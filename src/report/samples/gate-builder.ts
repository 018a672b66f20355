import { REASONS, type ReasonCode } from '../../gates/reasons';
import type { GateVerdict, StageReport } from '../../gates/report-schema';
import { worst } from '../../gates/vocabulary';
import { START } from './identities';
import { countedIn, judgedCounts, type SampleStage } from './sample-stage';

type GateLiteral = Pick<GateVerdict, 'id' | 'judge' | 'of' | 'reason' | 'value' | 'limit' | 'unit' | 'n' | 'message'> &
  Partial<GateVerdict>;

/** A gate's verdict with what most of them leave empty filled in. */
export function gate(literal: GateLiteral): GateVerdict {
  return { mode: 'enforce', warned: false, details: {}, verdict: REASONS[literal.reason].verdict, ...literal };
}

/** A stage's report from its evidence and the verdicts of its gates. */
export function stageReport(stage: SampleStage, gates: readonly GateVerdict[]): StageReport {
  const all = countedIn(stage, 0, stage.seconds);
  const rate = judgedCounts(stage).requests / ((stage.plan.judgedToMs - stage.plan.judgedFromMs) / 1000);
  const enforced = gates.filter(({ mode }) => mode === 'enforce');
  const verdict = worst(enforced.map((each) => each.verdict));
  const start = START + stage.startsAt * 1000;
  return {
    name: stage.name,
    tier: stage.tier,
    verdict,
    reason: verdict === 'passed' ? 'all-gates-passed' : verdict === 'failed' ? 'gates-failed' : reasonOf(enforced),
    window: { start: new Date(start).toISOString(), end: new Date(start + stage.seconds * 1000).toISOString() },
    load: { requests: all.requests, plannedRate: rate, achievedRate: rate, dropped: 0, failedRate: all.failed / all.requests },
    gates: [...gates],
  };
}

/** The one reason of all gates without a verdict, if they share it. */
function reasonOf(gates: readonly GateVerdict[]): ReasonCode {
  const [first, ...others] = new Set(gates.filter(({ verdict }) => verdict === 'inconclusive').map(({ reason }) => reason));
  return first !== undefined && others.length === 0 ? first : 'gates-inconclusive';
}

/** Replaces gates by id; those that are not named keep their verdict. */
export function replaced(gates: readonly GateVerdict[], changes: readonly GateVerdict[]): readonly GateVerdict[] {
  return gates.map((each) => changes.find(({ id }) => id === each.id) ?? each);
}
