import { canonicalJson } from '../gates/canonical';
import { queriesFor } from '../gates/collect';
import type { Evidence, StageEvidence } from '../gates/evidence-schema';
import { formatDuration } from '../gates/format';
import type { Policy } from '../gates/policy/policy';
import { type ResolvedStage, resolveStage } from '../gates/policy/resolve';
import type { TargetName } from '../gates/vocabulary';
import type { Judged } from './judge-run';

/**
 * What the policy asks of the staging evidence and the evidence has not: a stage measured in another way, or a metric that was not
 * collected. Everything else of a policy is judged again from what is stored. Attempts that the report does not rest on are past.
 *
 * @param judged the evidence and its report under this policy
 * @returns one sentence, or null when stored evidence can be judged by this policy
 */
export function outdatedBy(policy: Policy, { evidence, report }: Pick<Judged, 'evidence' | 'report'>): string | null {
  const { profile, target } = evidence;
  const counts = ({ name, attempt }: StageEvidence) =>
    name !== 'canary' && report.stages.some((stage) => stage.name === name && stage.attempt === attempt);
  const [first] = evidence.stages.filter(counts).flatMap((stage) => changeOf(policy, profile, target, stage) ?? []);
  return first === undefined ? null : `The policy has changed since the evidence was made: ${first}. Run the gates again.`;
}

function changeOf(policy: Policy, profile: Evidence['profile'], target: TargetName, stage: StageEvidence): string | null {
  const planned = resolveStage(policy, stage.name, profile);
  if (!planned.ok) return `it has no ${stage.name} for the profile ${profile} any more`;
  const { plan, gates } = planned.value;
  if (canonicalJson(plan) !== canonicalJson(stage.plan)) return `it plans another load for ${stage.name}`;
  const otherwise = measuredOtherwise(planned.value, target, policy.targets[target]?.period, stage);
  if (otherwise !== null) return `${otherwise} in ${stage.name}`;
  // A stage that broke off may have collected anything; its own fault blocks already.
  if (stage.fault !== null) return null;
  const collected = new Set(stage.series.map(({ metric }) => metric));
  const missing = queriesFor(gates, stage.name, stage.identity).find(({ metric }) => !collected.has(metric.name));
  return missing === undefined ? null : `it judges ${missing.metric.name} in ${stage.name}, which was not collected`;
}

/** What the load plan does not say of how a stage is measured. */
function measuredOtherwise(planned: ResolvedStage, target: TargetName, period: number | undefined, stage: StageEvidence): string | null {
  const { script, observeAfterMs, reservedConcurrency } = planned;
  if (stage.script !== undefined && stage.script.path !== script) return `it runs another script (${script}, not ${stage.script.path})`;
  if (period !== undefined && period !== stage.periodSeconds * 1000) return `it has periods of ${formatDuration(period)}`;
  // On AWS the reservation is the stack's own: no stage sets it.
  if (target === 'twin' && reservedConcurrency !== null && reservedConcurrency !== stage.identity.reservedConcurrency)
    return `it reserves ${reservedConcurrency} environments`;
  const waited = stage.after === null ? 0 : Date.parse(stage.after.end) - Date.parse(stage.after.start);
  // A load that was stopped early, or broke, is not always watched afterwards.
  const watched = stage.stopped === undefined && stage.fault === null;
  if (!watched || waited === observeAfterMs) return null;
  return observeAfterMs === 0 ? 'it does not watch after the load' : `it watches ${formatDuration(observeAfterMs)} after the load`;
}
