import { evaluate } from '../../src/gates/evaluate';
import type { Evidence } from '../../src/gates/evidence-schema';
import type { GateReport, GateVerdict, StageReport } from '../../src/gates/report-schema';
import type { StageName } from '../../src/gates/vocabulary';
import { type BuildOptions, buildEvidence, policyOf, policyText } from './builders';

/** Judges what the builder makes, under the shipped policy or an edit of its text. */
export function judge(options: BuildOptions = {}, edit: (text: string) => string = (text) => text): GateReport {
  const { policy, digest } = policyOf(edit(policyText()));
  return judgeEvidence(buildEvidence({ policy, ...options }), { policy, digest });
}

export function judgeEvidence(evidence: Evidence, { policy, digest }: ReturnType<typeof policyOf> = policyOf()): GateReport {
  return evaluate({ evidence, policy, policyDigest: digest, toolVersion: '0.1.0' });
}

export function stageOf(report: GateReport, name: StageName): StageReport {
  const stage = report.stages.find((each) => each.name === name);
  if (stage === undefined) throw new Error(`no stage ${name} in the report`);
  return stage;
}

export function gateOf(report: GateReport, id: string): GateVerdict {
  const gate = report.stages.flatMap(({ gates }) => gates).find((each) => each.id === id);
  if (gate === undefined) throw new Error(`no gate ${id} in the report`);
  return gate;
}

/** Replaces exactly one piece of a text: an edit that changes nothing would prove nothing. */
export function swap(from: string, to: string): (text: string) => string {
  return (text) => {
    if (text.split(from).length !== 2) throw new Error(`"${from}" stands ${text.split(from).length - 1} times in the text`);
    return text.replace(from, () => to);
  };
}
