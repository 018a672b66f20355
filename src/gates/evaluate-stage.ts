import { metricNamed } from './catalogue';
import { isCertain } from './early/certain';
import { stopSummary } from './early/stop-summary';
import type { StageEvidence } from './evidence-schema';
import { stable } from './format';
import { judgeGate } from './judges/judge';
import { type Judgement, judgement } from './judges/judgement';
import { judgeLoad } from './judges/load-validity';
import { measureFloor } from './measure/floor';
import { type Measured, unmeasured } from './measure/measured';
import { type Gate, LOAD_VALIDITY_ID } from './policy/gate';
import type { Policy } from './policy/policy';
import { gatesOf } from './policy/resolve';
import { REASONS, type ReasonCode } from './reasons';
import type { GateVerdict, StageReport } from './report-schema';
import { type Conclusion, decide, STAGE_RULES } from './sequence';
import { type JudgeName, type Mode, type StageName, type Tier, worst } from './vocabulary';

export interface StageInput {
  readonly stage: StageEvidence;
  readonly policy: Policy;
  /** Evidence of the stages that ran before in the same run: their traffic is known, smoke gives the control route's latency. */
  readonly earlier: readonly StageEvidence[];
  /** The same stage of the release that was promoted last; without it there is none. */
  readonly baseline?: Measured<StageEvidence>;
}

const NO_BASELINE = unmeasured('baseline-missing', 'no release was promoted before under this profile');

/**
 * Judges one stage: its load first, then every gate of the policy. With a fault or an invalid load only gates that do
 * not depend on the load may fail; all others reach no verdict.
 */
export function evaluateStage({ stage, policy, earlier, baseline = NO_BASELINE }: StageInput): StageReport {
  const load = judgeLoad({ stage, policy, earlier });
  const context = { stage, policy, floor: measureFloor(stage), earlier, baseline };
  const valid = REASONS[load.reason].verdict === 'passed';
  const gates = gatesOf(policy, stage.name).map((gate) => {
    const judged = judgeGate(gate, context);
    if (!valid && !standsAlone(gate, judged)) return verdictOf(gate, withoutLoad(judged, load, stage.fault !== null));
    return verdictOf(gate, stage.stopped === undefined || isCertain(gate, judged, context) ? judged : stoppedBefore(judged));
  });
  const loadVerdict = verdictOf(LOAD_GATE, load);
  return {
    name: stage.name,
    tier: stage.tier,
    ...conclude(loadVerdict, gates, stage.stopped !== undefined),
    attempt: stage.attempt,
    ...stopSummary(stage),
    window: stage.window,
    load: loadSummary(stage),
    gates: [loadVerdict, ...gates],
  };
}

/** The report of a stage that was planned and left no evidence. */
export function notRunStage(name: StageName, tier: Tier, policy: Policy): StageReport {
  const absent = judgement('not-run', 'No verdict: the stage did not run.', { limit: null, unit: 'count' });
  const gates = [verdictOf(LOAD_GATE, absent), ...gatesOf(policy, name).map((gate) => verdictOf(gate, absent))];
  return { name, tier, verdict: 'inconclusive', reason: 'not-run', window: null, load: null, gates };
}

const LOAD_GATE = { id: LOAD_VALIDITY_ID, judge: 'load-validity', mode: 'enforce', of: { text: 'load' } } as const;

/** Growth is growth only under a constant rate. */
const TRENDS: readonly ReasonCode[] = ['leak-trend', 'leak-against-baseline'];

/** A failure that does not need the planned load: the metric says so, and it is not a trend (which needs a constant rate). */
function standsAlone(gate: Gate, judged: Judgement): boolean {
  return REASONS[judged.reason].verdict === 'failed' && !TRENDS.includes(judged.reason) && metricNamed(gate.of.numerator).independentOfLoad;
}

function withoutLoad(judged: Judgement, load: Judgement, fault: boolean): Judgement {
  const unreadable: readonly ReasonCode[] = ['metric-missing', 'partial-data', 'query-forbidden', 'query-error', 'bad-data'];
  const reason = fault || unreadable.includes(load.reason) ? load.reason : 'load-not-applied';
  const anyway = judged.message.replace(/^No verdict: /, '');
  return {
    ...judged,
    reason,
    warned: false,
    message: `No verdict: the load could not be confirmed (see ${LOAD_VALIDITY_ID}). Measured anyway: ${anyway}`,
  };
}

/** A verdict on a part of the planned load: only a failure that the rest of it could not have undone is one. */
function stoppedBefore(judged: Judgement): Judgement {
  const anyway = judged.message.replace(/^No verdict: /, '');
  return {
    ...judged,
    reason: 'stopped-early',
    warned: false,
    message: `No verdict: the load was stopped before this could be judged. Measured until then: ${anyway}`,
  };
}

function verdictOf(
  gate: { readonly id: string; readonly judge: JudgeName; readonly mode: Mode; readonly of: { readonly text: string } },
  { reason, warned, route, value, limit, unit, n, message, details }: Judgement,
): GateVerdict {
  const rounded = (number: number | null) => (number === null ? null : stable(number));
  return {
    id: gate.id,
    judge: gate.judge,
    mode: gate.mode,
    of: gate.of.text,
    ...(route === undefined ? {} : { route }),
    verdict: REASONS[reason].verdict,
    reason,
    warned,
    value: rounded(value),
    limit: rounded(limit),
    unit,
    n,
    message,
    details: Object.fromEntries(Object.entries(details).map(([name, number]) => [name, rounded(number)])),
  };
}

/** Worst of the load and the enforced gates, as the table of stages says. */
function conclude(load: GateVerdict, gates: readonly GateVerdict[], stopped: boolean): Conclusion {
  const enforced = gates.filter(({ mode }) => mode === 'enforce');
  const open = enforced.filter(({ verdict }) => verdict === 'inconclusive').map(({ reason }) => reason);
  const verdicts = [load, ...enforced].map(({ verdict }) => verdict);
  return decide(STAGE_RULES, { gates: gates.length, load, worst: worst(verdicts), stopped, open: [...new Set(open)] });
}

function loadSummary({ load }: StageEvidence): StageReport['load'] {
  if (load === null) return null;
  const { requests, plannedRate, achievedRate, dropped, failed } = load;
  return {
    requests,
    plannedRate: stable(plannedRate),
    achievedRate: stable(achievedRate),
    dropped,
    failedRate: requests > 0 ? stable(failed / requests) : 0,
  };
}
