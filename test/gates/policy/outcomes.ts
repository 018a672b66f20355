import { stringify } from 'yaml';
import { baselineFor } from '../../../src/gates/baseline';
import { evaluateStage } from '../../../src/gates/evaluate-stage';
import { measured } from '../../../src/gates/measure/measured';
import { parsePolicy } from '../../../src/gates/policy/parse';
import type { Policy } from '../../../src/gates/policy/policy';
import { formatProblems } from '../../../src/gates/policy/problems';
import { checkReach } from '../../../src/gates/policy/reach';
import { gatesOf, type ResolvedStage, resolveStage } from '../../../src/gates/policy/resolve';
import type { StageReport } from '../../../src/gates/report-schema';
import type { ProfileName, StageName, TargetName } from '../../../src/gates/vocabulary';
import { metricSettings } from '../../../src/pipeline/settings';
import { type Behaviour, buildEvidence, buildStage, GOOD, NOW } from '../builders';
import type { Raw } from './policy-edits';

/** What comes of a policy: something that a release, or who runs one, meets. */
export type Outcome = (policy: Policy, raw: Raw) => unknown;

const START = Date.parse('2026-11-24T10:01:00Z');

function reportOf(policy: Policy, name: StageName, behaviour: Partial<Behaviour>, before?: Partial<Behaviour>): StageReport {
  const build = (given: Partial<Behaviour>) => buildStage(name, { ...GOOD, ...given }, { policy, profile: 'quick', start: START });
  const baseline = before === undefined ? {} : { baseline: measured(build(before)) };
  return evaluateStage({ stage: build(behaviour), policy, earlier: [], ...baseline });
}

/** The reason of one gate's verdict, and whether it warned. */
export function reasonOf(id: string, behaviour: Partial<Behaviour> = {}, stage: StageName = 'soak', before?: Partial<Behaviour>): Outcome {
  return (policy) => {
    const gate = reportOf(policy, stage, behaviour, before).gates.find((each) => each.id === id);
    return gate && [gate.reason, gate.warned];
  };
}

/** One of the numbers that a verdict gives with it. */
export function detailOf(id: string, detail: string, behaviour: Partial<Behaviour>): Outcome {
  return (policy) => reportOf(policy, 'soak', behaviour).gates.find((each) => each.id === id)?.details[detail];
}

export function stageVerdict(stage: StageName): Outcome {
  return (policy) => reportOf(policy, stage, {}).verdict;
}

/** The gates that are judged. */
export function ids(stage: StageName): Outcome {
  return (policy) => gatesOf(policy, stage).map(({ id }) => id);
}

export function memberOf(stage: StageName, id: string, key: 'mode'): Outcome {
  return (policy) => gatesOf(policy, stage).find((gate) => gate.id === id)?.[key];
}

/** Whether the policy is refused today because of what stands at a path. */
export function observedUntil(at: string): Outcome {
  return (_, raw) => {
    const parsed = parsePolicy(stringify(raw), 'gates.yaml', NOW);
    return parsed.ok ? null : formatProblems(parsed.problems).includes(`the gate "${at.split('.').at(-1)}" was to observe`);
  };
}

/** What a stage is run with. */
export function stageNamed(name: StageName, of: (stage: ResolvedStage) => unknown, profile: ProfileName = 'quick'): Outcome {
  return (policy) => {
    const resolved = resolveStage(policy, name, profile);
    return resolved.ok ? of(resolved.value) : resolved.problem;
  };
}

export function loadOf(name: StageName, profile?: ProfileName): Outcome {
  return stageNamed(name, ({ plan }) => plan, profile);
}

export function settings(target: TargetName): Outcome {
  return (policy) => metricSettings(policy, target);
}

/** Whether the profile's loads are whole periods of the target. */
export function periods(profile: ProfileName, target: TargetName): Outcome {
  return (policy) => checkReach(policy, profile, target).length;
}

/** Whether evidence that is so many hours older may be compared with. */
export function baselineAge(hours: number): Outcome {
  return (policy) => {
    const evidence = buildEvidence({ policy, stages: ['smoke', 'soak'] });
    const [, stage] = evidence.stages;
    const earlier = (instant: string) => new Date(Date.parse(instant) - hours * 3_600_000).toISOString();
    const older = { ...evidence, startedAt: earlier(evidence.startedAt), finishedAt: earlier(evidence.finishedAt) };
    const candidate = { target: evidence.target, profile: evidence.profile, release: { digest: `sha256:${'b'.repeat(64)}` } };
    return stage && baselineFor(stage, candidate, { evidence: older, digest: evidence.release.digest }, policy).ok;
  };
}
