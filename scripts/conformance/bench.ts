import { evaluate } from '../../src/gates/evaluate';
import { evaluateStage } from '../../src/gates/evaluate-stage';
import type { Evidence, StageEvidence } from '../../src/gates/evidence-schema';
import { measured } from '../../src/gates/measure/measured';
import { parsePolicy } from '../../src/gates/policy/parse';
import type { Policy } from '../../src/gates/policy/policy';
import type { GateVerdict, StageReport } from '../../src/gates/report-schema';
import { buildEvidence, NOW } from '../../test/gates/builders';
import type { Answer } from './answer';

/** A second is the period, so that a value per second of a vector is one of ours. */
export const SECOND_MS = 1000;
/** Requests per second of the made-up load; all of them arrive and are seen. */
export const RATE = 20;
const STAGE = 'soak';
/** A baseline is evidence and not judged: its policy only has to be one. */
const ANY_GATE = '{ id: any, judge: limit, of: client.failed, max: 0 }';

export type StageEdit = (stage: StageEvidence) => StageEvidence;

export interface Question {
  /** Gates of the policy as YAML flow maps. */
  readonly gates: readonly string[];
  readonly seconds?: number;
  /** Makes the evidence of a release that behaves well into the vector's. */
  readonly edit?: StageEdit;
  /** Set where the vector itself takes the load away. */
  readonly withoutLoad?: boolean;
  /** The same stage of the release that was promoted last. */
  readonly baseline?: { readonly seconds: number; readonly edit: StageEdit };
}

/** Tidegate's answer: the policy is parsed, the evidence judged, by the code that judges releases. */
export function ask({ gates, seconds = 20, edit = same, withoutLoad = false, baseline }: Question): Answer {
  const parsed = parsePolicy(policyText(gates, seconds), 'policy.yaml', NOW);
  if (!parsed.ok) return refused(parsed.problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
  const { policy } = parsed;
  const stage = stageOf(policy, edit);
  const last = baseline && measured(stageUnder([ANY_GATE], baseline.seconds, baseline.edit).stage);
  const report = evaluateStage({ stage, policy, earlier: [], ...(last ? { baseline: last } : {}) });
  const [load] = report.gates;
  // A load of the bench's own that is in doubt would hide what the vector asks.
  if (load?.verdict !== 'passed' && stage.fault === null && !withoutLoad) throw new Error(`the bench applied no load: ${load?.message}`);
  return answerOf(report);
}

/** The answer to a whole run, for what happens outside of a stage. */
export function askRun(gates: readonly string[], edit: (evidence: Evidence) => Evidence): Answer {
  const parsed = parsePolicy(policyText(gates, 20), 'policy.yaml', NOW);
  if (!parsed.ok) return refused(parsed.problems.map(({ message }) => message).join('; '));
  const { policy, digest } = parsed;
  const { verdict, reason, message } = evaluate({ evidence: edit(runOf(policy, same)), policy, policyDigest: digest, toolVersion: '0' });
  return { verdict, reason, detail: message };
}

/** The evidence of a release that behaves well under a policy that must be accepted. */
export function stageUnder(
  gates: readonly string[],
  seconds: number,
  edit: StageEdit = same,
): { readonly policy: Policy; readonly stage: StageEvidence } {
  const parsed = parsePolicy(policyText(gates, seconds), 'policy.yaml', NOW);
  if (!parsed.ok) throw new Error('the policy of the bench is refused');
  return { policy: parsed.policy, stage: stageOf(parsed.policy, edit) };
}

const same: StageEdit = (stage) => stage;

function stageOf(policy: Policy, edit: StageEdit): StageEvidence {
  const [stage] = runOf(policy, edit).stages;
  if (stage === undefined) throw new Error('the bench made no stage');
  return stage;
}

function runOf(policy: Policy, edit: StageEdit): Evidence {
  return buildEvidence({ policy, profile: 'test', stages: [STAGE], periodMs: SECOND_MS, only: { [STAGE]: { edit } } });
}

/** The refusals that vectors are meant to meet; any other is a mistake of the bench, which no rule covers. */
const REFUSALS = { 'unknown-key': /unknown key/, duplicate: /stands twice/, unit: /is limited by/ } as const;

function refused(detail: string): Answer {
  const reason = Object.entries(REFUSALS).find(([, words]) => words.test(detail))?.[0];
  return { verdict: 'config-error', reason: reason ?? 'refused', detail };
}

/** The stage's verdict, with the reason of the first gate that decided it. */
function answerOf({ verdict, reason, gates }: StageReport): Answer {
  const decided = (gate: GateVerdict) => gate.mode === 'enforce' && gate.verdict === verdict && gate.judge !== 'load-validity';
  const gate = gates.find(decided) ?? gates.find((each) => each.verdict === verdict);
  return { verdict, reason: gate?.reason ?? reason, detail: gate?.message ?? reason };
}

export function policyText(gates: readonly string[], seconds: number): string {
  return `version: 1
release: { entry: release.ts }
targets: { twin: { period: 1s } }
production: { peakConcurrency: 1000, cacheMaxConnectionsPerNode: 65000 }
promotion: { profile: test, maxEvidenceAge: 1h, approval: environment, approverMayBeAuthor: false }
stages:
  ${STAGE}:
    script: k6/soak.ts
    load: { test: { rate: ${RATE}/s, duration: ${seconds}s, requestTimeout: 100ms } }
    gates:
${gates.map((gate) => `      - ${gate}\n`).join('')}`;
}
