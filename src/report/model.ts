import type { Evidence, StageEvidence } from '../gates/evidence-schema';
import type { GateReport, GateVerdict, StageReport } from '../gates/report-schema';
import { type Headline, headlineOf } from './headline';
import { nextStep } from './next-steps';
import { formatHeadroom, formatLimit, formatObserved, formatSample } from './numbers';
import { promotionStep } from './promotion-steps';
import { shapeOf } from './shapes';
import { sparkline } from './sparkline';
import { gateMark, type Mark } from './words';

/** A gate with its numbers as text; what came from outside is still raw and is escaped by each renderer. */
export interface GateRow {
  readonly stage: StageReport;
  readonly gate: GateVerdict;
  readonly mark: Mark;
  readonly observed: string;
  readonly limit: string;
  readonly headroom: string;
  readonly sample: string;
  /** Blocks, or null when there are fewer than three datapoints. */
  readonly shape: string | null;
  readonly next: string | null;
}

export interface StageModel {
  readonly report: StageReport;
  /** The attempt that the report speaks of. */
  readonly evidence: StageEvidence | null;
  readonly rows: readonly GateRow[];
}

/** What all renderers show, computed once. Nothing here judges: verdicts, limits and reasons are the report's. */
export interface ReportModel {
  readonly report: GateReport;
  readonly headline: Headline;
  readonly next: string | null;
  /** Stages that ran. */
  readonly stages: readonly StageModel[];
  /** Stages that were planned and did not run. */
  readonly notRun: readonly StageReport[];
  /** Enforced gates without a pass, failed ones first; not those of `unfinished`. */
  readonly open: readonly GateRow[];
  /** Gates that an early stop left without a verdict, beside those that failed. */
  readonly unfinished: readonly GateRow[];
  /** Gates in observe mode without a pass. */
  readonly observed: readonly GateRow[];
  readonly passed: readonly GateRow[];
}

/** @param evidence null when only the report is at hand: shapes and charts are then missing */
export function reportModel(report: GateReport, evidence: Evidence | null): ReportModel {
  const stages = report.stages.map((stage) => stageModel(stage, evidence));
  const ran = stages.filter((stage) => stage.report.reason !== 'not-run' || stage.report.window !== null);
  const rows = ran.flatMap((stage) => stage.rows);
  const failing = (verdict: string) => rows.filter(({ gate }) => gate.mode === 'enforce' && gate.verdict === verdict);
  const inconclusive = failing('inconclusive');
  const unfinished = report.verdict === 'failed' ? inconclusive.filter(({ gate }) => gate.reason === 'stopped-early') : [];
  const open = [...failing('failed'), ...inconclusive.filter((row) => !unfinished.includes(row))];
  return {
    report,
    headline: headlineOf(report),
    next: promotionStep(report) ?? (report.verdict === 'passed' ? null : (open[0]?.next ?? nextStep(report.reason))),
    stages: ran,
    notRun: stages.filter((stage) => !ran.includes(stage)).map((stage) => stage.report),
    open,
    unfinished,
    observed: rows.filter(({ gate }) => gate.mode === 'observe' && gate.verdict !== 'passed'),
    passed: rows.filter(({ gate }) => gate.verdict === 'passed'),
  };
}

function stageModel(report: StageReport, evidence: Evidence | null): StageModel {
  const found =
    evidence?.stages.find(
      ({ name, tier, window }) => name === report.name && tier === report.tier && window.start === report.window?.start,
    ) ?? null;
  return { report, evidence: found, rows: report.gates.map((gate) => gateRow(report, gate, found)) };
}

function gateRow(stage: StageReport, gate: GateVerdict, evidence: StageEvidence | null): GateRow {
  const course = evidence === null ? null : shapeOf(gate, evidence);
  return {
    stage,
    gate,
    mark: gateMark(gate),
    observed: formatObserved(gate),
    limit: formatLimit(gate),
    headroom: formatHeadroom(gate),
    sample: formatSample(gate),
    shape: course === null ? null : sparkline(course.points.map(([, value]) => value)),
    next: nextStep(gate.reason),
  };
}
