import { type Baseline, baselineFor } from './baseline';
import { baselineNotes, type Comparison, namedBaseline } from './baseline-notes';
import { canonicalJson, digestOf } from './canonical';
import { stopSentence } from './early/stop-summary';
import { evaluateStage, notRunStage } from './evaluate-stage';
import type { Evidence, StageEvidence } from './evidence-schema';
import { counted } from './format';
import { faultReason } from './judges/load-validity';
import { notesOf } from './notes';
import type { Policy } from './policy/policy';
import { gatesOf, resolveStage } from './policy/resolve';
import { REASONS } from './reasons';
import type { GateReport, GateVerdict, StageReport } from './report-schema';
import { type Conclusion, decide, RUN_RULES } from './sequence';
import { STAGES, type StageName, worst } from './vocabulary';

export interface EvaluateInput {
  readonly evidence: Evidence;
  readonly policy: Policy;
  /** As `parsePolicy` gave it. */
  readonly policyDigest: string;
  readonly toolVersion: string;
  /** What gates that compare are given; without it there is none. */
  readonly baseline?: Baseline | null;
}

/**
 * The gate report: a function of evidence, policy, baseline and tool version, nothing else. Every stage that the run planned
 * appears, with every gate that the policy has for it; what is missing is `not-run`. `promotion` is `not-asked`.
 */
export function evaluate({ evidence, policy, policyDigest, toolVersion, baseline = null }: EvaluateInput): GateReport {
  const used = new Map<StageReport, StageEvidence>();
  const comparisons: Comparison[] = [];
  const stages = stagesToJudge(evidence).map((name) => {
    const attempts = attemptsOf(evidence, name)
      .map((given) => underPolicy(given, policy, evidence.profile))
      .map((stage) => {
        const other = baselineFor(stage, evidence, baseline, policy);
        comparisons.push({ baseline: other, gates: gatesOf(policy, name) });
        return { stage, report: evaluateStage({ stage, policy, earlier: earlierThan(evidence, stage), baseline: other }) };
      });
    // A failure is never retried away; otherwise the last attempt counts.
    const chosen = attempts.find(({ report }) => report.verdict === 'failed') ?? attempts.at(-1);
    if (chosen === undefined) return notRunStage(name, name === 'canary' ? 'production' : 'staging', policy);
    used.set(chosen.report, chosen.stage);
    return chosen.report;
  });
  const { release } = evidence;
  const named = namedBaseline(baseline, comparisons);
  return {
    schemaVersion: 1,
    toolVersion,
    target: evidence.target,
    profile: evidence.profile,
    ...conclude(stages, evidence.fault),
    release: {
      digest: release.digest,
      packageDigest: release.packageDigest,
      assemblyDigest: release.assemblyDigest,
      commit: release.commit,
      entry: release.entry,
    },
    policy: { digest: policyDigest },
    evidence: { digest: digestOf(canonicalJson(evidence)), startedAt: evidence.startedAt, finishedAt: evidence.finishedAt },
    baseline: named,
    scale: evidence.scale,
    notes: [...notesOf(stages, used, policy), ...baselineNotes(named, comparisons)],
    stages,
    override: null,
    promotion: { state: 'not-asked', from: null, to: null, reason: 'Nobody asked for a promotion.' },
  };
}

/** Evidence of another load than the policy plans is no evidence for it: a changed load asks for a new run. */
function underPolicy(stage: StageEvidence, policy: Policy, profile: string): StageEvidence {
  if (policy.stages[stage.name] === undefined) return stage;
  const planned = resolveStage(policy, stage.name, profile);
  if (planned.ok && canonicalJson(planned.value.plan) === canonicalJson(stage.plan)) return stage;
  const detail = planned.ok ? `the policy plans another load for ${stage.name} than the one that was applied` : planned.problem;
  return { ...stage, fault: stage.fault ?? { reason: 'load-not-applied', detail } };
}

/** What the run planned and what it ran, in the order of the stages. */
function stagesToJudge(evidence: Evidence): readonly StageName[] {
  const names = new Set<StageName>([...evidence.plannedStages, ...evidence.stages.map(({ name }) => name)]);
  return STAGES.filter((name) => names.has(name));
}

function attemptsOf(evidence: Evidence, name: StageName): readonly StageEvidence[] {
  return evidence.stages.filter((stage) => stage.name === name).sort((a, b) => a.attempt - b.attempt);
}

/** By time, not by place in the list: the order of evidence must not change a verdict. */
function earlierThan(evidence: Evidence, stage: StageEvidence): readonly StageEvidence[] {
  const start = Date.parse(stage.window.start);
  return evidence.stages
    .filter((other) => other !== stage && Date.parse(other.window.start) < start)
    .sort((a, b) => Date.parse(b.window.start) - Date.parse(a.window.start));
}

/** Worst of the stages and of why the run could not go on, as the table of runs says. */
function conclude(stages: readonly StageReport[], fault: Evidence['fault']): Conclusion & Pick<GateReport, 'message'> {
  const verdict = worst(stages.map((stage) => stage.verdict));
  const ofVerdict = stages.filter((stage) => stage.verdict === verdict);
  const decisive = ofVerdict.find(({ reason }) => reason !== 'not-run') ?? ofVerdict[0];
  const gates = stages.flatMap((stage) => stage.gates).filter(({ mode }) => mode === 'enforce');
  const { from, ...conclusion } = decide(RUN_RULES, {
    fault: fault === undefined ? null : faultReason(fault.reason),
    worst: verdict,
    enforced: gates.filter(({ judge }) => judge !== 'load-validity').length,
    decisive: decisive?.reason ?? null,
  });
  const message = (): string => {
    if (from === 'fault') return `No verdict. ${REASONS[conclusion.reason].text} ${fault?.detail}`;
    if (decisive === undefined) return 'No verdict: no stage was planned and none ran.';
    if (conclusion.verdict === 'passed')
      return `Passed: all ${counted(gates.length, 'gate')} of ${stages.map(({ name }) => name).join(', ')} passed.`;
    return from === 'gates' ? 'No verdict: load was applied, but no gate was enforced.' : messageOf(conclusion.verdict, decisive, stages);
  };
  return { ...conclusion, message: message() };
}

function messageOf(verdict: 'failed' | 'inconclusive', decisive: StageReport, stages: readonly StageReport[]): string {
  const same = (stage: StageReport) => stage.gates.filter((gate) => gate.mode === 'enforce' && gate.verdict === verdict);
  const first: GateVerdict | undefined = same(decisive)[0];
  const others = stages.filter(({ reason }) => reason !== 'not-run').flatMap(same).length - 1;
  const head = verdict === 'failed' ? 'Failed' : 'No verdict';
  const detail =
    first === undefined || decisive.reason === 'not-run'
      ? REASONS[decisive.reason].text
      : `${first.id}: ${first.message.replace(/^No verdict: /, '')}`;
  const more = others > 0 ? ` ${counted(others, 'more gate')} ${verdict === 'failed' ? 'failed' : 'reached no verdict'}.` : '';
  const stop = stopSentence(decisive);
  return `${head} in ${decisive.name}. ${detail}${more}${stop === null ? '' : ` ${stop}`}`;
}
