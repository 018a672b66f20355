import { canonicalJson } from '../canonical';
import type { StageEvidence } from '../evidence-schema';
import { formatDuration } from '../format';
import { plannedDurationMs } from '../load-plan';
import type { Policy } from '../policy/policy';
import { profilesOf, resolveStage } from '../policy/resolve';

/** @returns one sentence for each window of the stage that is not where the plan and the policy put it */
export function windowProblems(stage: StageEvidence, policy: Policy): readonly string[] {
  return [...plannedProblems(stage), ...afterProblems(stage, policy)];
}

/** A judged window that is shorter than the plan's leaves out whatever was bad in the rest; only an early stop ends one, and never passes. */
function plannedProblems({ plan, window, judged, periodSeconds, stopped }: StageEvidence): string[] {
  if (stopped !== undefined) return [];
  const periodMs = periodSeconds * 1000;
  const start = Date.parse(window.start);
  const first = Math.ceil(plan.judgedFromMs / periodMs) * periodMs;
  const last = Math.floor(plan.judgedToMs / periodMs) * periodMs;
  const end = Math.ceil(plannedDurationMs(plan) / periodMs) * periodMs;
  const [from, to, until] = [judged.start, judged.end, window.end].map((at) => Date.parse(at) - start);
  return from === first && to === last && until === end ? [] : ['the windows of load and judgement are not those of the plan'];
}

/** What stayed is only seen after the load, and only after as long as honest code may take to let go. */
function afterProblems({ name, plan, window, after, stopped }: StageEvidence, policy: Policy): string[] {
  if (after === null) return [];
  const start = Date.parse(after.start);
  if (!(start >= Date.parse(window.end))) return ['what should have been watched after the load began before its end'];
  const watched = Date.parse(after.end) - start;
  const asked = stopped === undefined ? observeAfterMs(policy, name, plan) : 0;
  return watched >= asked ? [] : [`${formatDuration(watched)} were watched after the load, the policy asks for ${formatDuration(asked)}`];
}

/** Evidence of a stage does not name its profile: the least that a profile with this plan asks for, 0 where none has it. */
function observeAfterMs(policy: Policy, name: StageEvidence['name'], plan: StageEvidence['plan']): number {
  const asked = profilesOf(policy).flatMap((profile) => {
    const resolved = resolveStage(policy, name, profile);
    return resolved.ok && canonicalJson(resolved.value.plan) === canonicalJson(plan) ? [resolved.value.observeAfterMs] : [];
  });
  return asked.length === 0 ? 0 : Math.min(...asked);
}
