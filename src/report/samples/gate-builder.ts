import { REASONS } from '../../gates/reasons';
import type { GateVerdict, StageReport } from '../../gates/report-schema';
import { worst } from '../../gates/vocabulary';
import { judgedRequests, type SampleStage } from './evidence-builder';
import { START } from './identities';

type GateLiteral = Pick<GateVerdict, 'id' | 'judge' | 'of' | 'reason' | 'value' | 'limit' | 'unit' | 'n' | 'message'> &
  Partial<GateVerdict>;

/** A gate's verdict with what most of them leave empty filled in. */
export function gate(literal: GateLiteral): GateVerdict {
  return { mode: 'enforce', warned: false, details: {}, verdict: REASONS[literal.reason].verdict, ...literal };
}

/** A stage's report from its evidence and the verdicts of its gates. */
export function stageReport(stage: SampleStage, gates: readonly GateVerdict[]): StageReport {
  const { requests, failed } = judgedRequests(stage);
  const seconds = (stage.plan.judgedToMs - stage.plan.judgedFromMs) / 1000;
  const enforced = gates.filter(({ mode }) => mode === 'enforce').map(({ verdict }) => verdict);
  const verdict = worst(enforced);
  const start = START + stage.startsAt * 1000;
  return {
    name: stage.name,
    tier: stage.tier,
    verdict,
    reason: verdict === 'passed' ? 'all-gates-passed' : verdict === 'failed' ? 'gates-failed' : 'gates-inconclusive',
    window: { start: new Date(start).toISOString(), end: new Date(start + stage.seconds * 1000).toISOString() },
    load: {
      requests,
      plannedRate: Number((requests / seconds).toFixed(1)),
      achievedRate: Number((requests / seconds).toFixed(1)),
      dropped: 0,
      failedRate: requests === 0 ? 0 : failed / requests,
    },
    gates: [...gates],
  };
}

/** Replaces gates by id; those that are not named keep their verdict. */
export function replaced(gates: readonly GateVerdict[], changes: readonly GateVerdict[]): readonly GateVerdict[] {
  return gates.map((each) => changes.find(({ id }) => id === each.id) ?? each);
}
