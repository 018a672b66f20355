import { evaluate } from '../../../src/gates/evaluate';
import { evaluateStage } from '../../../src/gates/evaluate-stage';
import type { Evidence, Series, StageEvidence } from '../../../src/gates/evidence-schema';
import { LOAD_VALIDITY_ID } from '../../../src/gates/policy/gate';
import type { ReasonCode } from '../../../src/gates/reasons';
import type { GateReport, StageReport } from '../../../src/gates/report-schema';
import type { StageName } from '../../../src/gates/vocabulary';
import { type BuildOptions, buildEvidence, editSeries, policyOf, policyText } from '../builders';

/**
 * One input that must not pass. Beside it stands its healthy twin, the same run without (or with a harmless form of) the one thing that is wrong:
 * it passes, so it is this thing that stops the other.
 */
export interface Row {
  readonly what: string;
  /** The gate that reaches no verdict, and why. */
  readonly gate: string;
  readonly reason: ReasonCode;
  /** Default: soak. */
  readonly stage?: StageName;
  readonly run?: BuildOptions;
  readonly policy?: (text: string) => string;
  readonly wrong: (stage: StageEvidence) => StageEvidence;
  readonly twin?: (stage: StageEvidence) => StageEvidence;
  /** Values that no file can hold: judging a whole run refuses them outright. */
  readonly unwritable?: true;
}

const policies = new Map<string, ReturnType<typeof policyOf>>();

function parsed(text: string): ReturnType<typeof policyOf> {
  const policy = policies.get(text) ?? policyOf(text);
  policies.set(text, policy);
  return policy;
}

export function neverPasses(rows: readonly Row[]): void {
  test.each(rows.map((row) => [row.what, row] as const))('%s', (_, row) => {
    const { policy, digest } = parsed((row.policy ?? same)(policyText()));
    const name = row.stage ?? 'soak';
    const good = buildEvidence({ policy, stages: ['smoke', name], ...row.run });
    const report = (edit: (stage: StageEvidence) => StageEvidence) =>
      evaluate({ evidence: withStage(good, name, edit), policy, policyDigest: digest, toolVersion: '0.1.0' });

    const healthy = report(row.twin ?? same);
    expect([healthy.verdict, verdictsIn(healthy, name, row.gate)]).toEqual(['passed', { gate: 'passed', stage: 'passed' }]);

    if (row.unwritable) expect(() => report(row.wrong)).toThrow(RangeError);
    else expect(report(row.wrong).verdict).toBe('inconclusive');
    const earlier = good.stages.slice(
      0,
      good.stages.findIndex((stage) => stage.name === name),
    );
    const stage = withStage(good, name, row.wrong).stages.find((each) => each.name === name);
    expectBlocked(evaluateStage({ stage: stage as StageEvidence, policy, earlier }), row);
  });
}

/** The gate and its stage are inconclusive for the row's reason; without a load that is believed no gate of the stage passes. */
export function expectBlocked(report: StageReport, { gate, reason }: Pick<Row, 'gate' | 'reason'>): void {
  const judged = report.gates.find(({ id }) => id === gate);
  expect({ gate, verdict: judged?.verdict, reason: judged?.reason, stage: report.verdict }).toEqual({
    gate,
    verdict: 'inconclusive',
    reason,
    stage: 'inconclusive',
  });
  if (gate === LOAD_VALIDITY_ID) expect(report.gates.filter(({ verdict }) => verdict === 'passed')).toEqual([]);
}

function verdictsIn(report: GateReport, name: StageName, gate: string) {
  const stage = report.stages.find((each) => each.name === name);
  return { gate: stage?.gates.find(({ id }) => id === gate)?.verdict, stage: stage?.verdict };
}

export function withStage(evidence: Evidence, name: StageName, edit: (stage: StageEvidence) => StageEvidence): Evidence {
  return { ...evidence, stages: evidence.stages.map((stage) => (stage.name === name ? edit(stage) : stage)) };
}

export const same = <T>(value: T): T => value;

/** Edits the datapoints of one metric; the second argument is the stage's judged window in epoch ms. */
export function points(metric: string, edit: (points: Series['points'], from: number, to: number) => Series['points']): Row['wrong'] {
  return (stage) => {
    const [from, to] = [Date.parse(stage.judged.start), Date.parse(stage.judged.end)];
    return editSeries(stage, metric, (series) => ({ ...series, points: edit([...series.points], from, to) }));
  };
}

/** Changes what CloudWatch or k6 said around the datapoints. */
export function series(metric: string, change: Partial<Series>): Row['wrong'] {
  return (stage) => editSeries(stage, metric, (each) => ({ ...each, ...change }));
}

export function load(change: Partial<NonNullable<StageEvidence['load']>>): Row['wrong'] {
  return (stage) => ({ ...stage, load: stage.load && { ...stage.load, ...change } });
}
