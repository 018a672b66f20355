import type { Evidence } from '../../src/gates/evidence-schema';
import type { GateReport } from '../../src/gates/report-schema';
import { type Alone, aloneOn } from './alone';
import type { Expectation } from './declaration';

/** One run of one release, as declared and as it came out. */
export interface RunOutcome {
  readonly name: string;
  readonly profile: string;
  /** The gate that must block it, or `promoted`. */
  readonly expected: string;
  readonly code: number | null;
  readonly verdict: string;
  readonly promotion: string;
  /** Enforced gates that failed, in the order of the report. */
  readonly failed: readonly string[];
  readonly inconclusive: readonly string[];
  /** The declared gate failed (bad), or the release was promoted (good). */
  readonly asDeclared: boolean;
  /** From the start of the command to its end: build, deployment and waiting included. */
  readonly seconds: number;
  readonly earlyStop: boolean;
  /** Seconds of load that an early stop saved; 0 without one. */
  readonly savedSeconds: number;
  /** What others would have said on this very run; null without evidence. */
  readonly alone: Alone | null;
}

interface Run {
  readonly name: string;
  readonly expectation: Expectation;
  readonly code: number | null;
  readonly report: GateReport | null;
  readonly evidence: Evidence | null;
  readonly seconds: number;
  readonly earlyStop: boolean;
}

export function outcomeOf({ name, expectation, code, report, evidence, seconds, earlyStop }: Run): RunOutcome {
  const stages = (report?.stages ?? []).filter(({ reason }) => reason !== 'not-run');
  // What an early stop left open was not asked any more: it did not fire.
  const having = (verdict: string) =>
    stages.flatMap(({ gates }) =>
      gates.filter((gate) => gate.mode === 'enforce' && gate.verdict === verdict && gate.reason !== 'stopped-early').map(({ id }) => id),
    );
  const failed = having('failed');
  const promotion = report?.promotion.state ?? 'none';
  const asDeclared =
    expectation.verdict === 'passed'
      ? code === 0 && promotion === 'promoted'
      : code === 1 && report?.verdict === 'failed' && failed.includes(expectation.stoppedBy) && promotion === 'refused';
  return {
    name,
    profile: expectation.profile,
    expected: expectation.verdict === 'passed' ? 'promoted' : expectation.stoppedBy,
    code,
    verdict: report?.verdict ?? 'none',
    promotion,
    failed,
    inconclusive: having('inconclusive'),
    asDeclared,
    seconds,
    earlyStop,
    savedSeconds: stages.reduce((sum, { stopped }) => sum + (stopped?.savedSeconds ?? 0), 0),
    alone: evidence === null ? null : aloneOn(evidence),
  };
}
