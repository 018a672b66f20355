import type { GateReport } from '../../src/gates/report-schema';
import type { Expectation } from './declaration';

/** One run of one release, as declared and as it came out. */
export interface RunOutcome {
  readonly name: string;
  readonly expected: string;
  readonly code: number | null;
  readonly verdict: string;
  readonly promotion: string;
  /** Enforced gates that failed, in the order of the report. */
  readonly failed: readonly string[];
  readonly inconclusive: readonly string[];
  /** The declared gate failed (bad), or the release was promoted (good). */
  readonly asDeclared: boolean;
  readonly seconds: number;
}

interface Run {
  readonly name: string;
  readonly expectation: Expectation;
  readonly code: number | null;
  readonly report: GateReport | null;
  readonly seconds: number;
}

export function outcomeOf({ name, expectation, code, report, seconds }: Run): RunOutcome {
  const gates = (report?.stages ?? []).filter(({ reason }) => reason !== 'not-run').flatMap((stage) => stage.gates);
  const having = (verdict: string) => gates.filter((gate) => gate.mode === 'enforce' && gate.verdict === verdict).map(({ id }) => id);
  const failed = having('failed');
  const promotion = report?.promotion.state ?? 'none';
  const asDeclared =
    expectation.verdict === 'passed'
      ? code === 0 && promotion === 'promoted'
      : code === 1 && report?.verdict === 'failed' && failed.includes(expectation.stoppedBy) && promotion === 'refused';
  return {
    name,
    expected: expectation.verdict === 'passed' ? 'promoted' : expectation.stoppedBy,
    code,
    verdict: report?.verdict ?? 'none',
    promotion,
    failed,
    inconclusive: having('inconclusive'),
    asDeclared,
    seconds,
  };
}
