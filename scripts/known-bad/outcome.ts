import type { Evidence } from '../../src/gates/evidence-schema';
import type { GateReport } from '../../src/gates/report-schema';
import { type Alone, aloneOn } from './alone';
import type { Expectation } from './declaration';
import { type Provenance, provenanceOf } from './provenance';

/** One run of one release, as declared and as it came out. */
export interface RunOutcome {
  readonly name: string;
  readonly profile: string;
  /** Gate and reason that must block it, or `promoted`. */
  readonly expected: string;
  readonly code: number | null;
  readonly verdict: string;
  readonly promotion: string;
  /** Enforced gates that failed, each as `gate:reason`, in the order of the report. */
  readonly failed: readonly string[];
  readonly inconclusive: readonly string[];
  /** The declared gate failed for the declared reason (bad), or the release was promoted (good). */
  readonly asDeclared: boolean;
  /** From the start of the command to its end: build, deployment and waiting included. */
  readonly seconds: number;
  /** Whether it was run with early stop, not whether that stopped it. */
  readonly earlyStop: boolean;
  /** Seconds of load that an early stop saved; 0 without one. */
  readonly savedSeconds: number;
  /**
   * What others would have said on this very run; null without evidence. Of a load that was stopped early nobody knows: they would have
   * seen all of it.
   */
  readonly alone: Alone | 'load stopped' | null;
  readonly made: Provenance;
}

export interface Run {
  readonly name: string;
  readonly profile: string;
  readonly expectation: Expectation;
  readonly code: number | null;
  readonly report: GateReport | null;
  readonly evidence: Evidence | null;
  readonly seconds: number;
  readonly earlyStop: boolean;
  readonly nodeVersion: string | null;
}

/** Judges a run by what its release declares today: also one that was made long ago. */
export function outcomeOf({ name, profile, expectation, code, report, evidence, seconds, earlyStop, nodeVersion }: Run): RunOutcome {
  const stages = (report?.stages ?? []).filter(({ reason }) => reason !== 'not-run');
  // What an early stop left open was not asked any more: it did not fire.
  const having = (verdict: string) =>
    stages.flatMap(({ gates }) =>
      gates
        .filter((gate) => gate.mode === 'enforce' && gate.verdict === verdict && gate.reason !== 'stopped-early')
        .map(({ id, reason }) => `${id}:${reason}`),
    );
  const failed = having('failed');
  const promotion = report?.promotion.state ?? 'none';
  const asDeclared =
    expectation.verdict === 'passed'
      ? code === 0 && promotion === 'promoted'
      : code === 1 && report?.verdict === 'failed' && failed.includes(expectation.stoppedBy) && promotion === 'refused';
  return {
    name,
    profile,
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
    alone: evidence === null ? null : heard(evidence),
    made: provenanceOf(report, evidence, nodeVersion),
  };
}

function heard(evidence: Evidence): RunOutcome['alone'] {
  return evidence.stages.some(({ stopped }) => stopped !== undefined) ? 'load stopped' : aloneOn(evidence);
}
