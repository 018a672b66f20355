import { canonicalJson } from '../gates/canonical';
import { queriesFor } from '../gates/collect';
import type { Evidence, StageEvidence } from '../gates/evidence-schema';
import type { Policy } from '../gates/policy/policy';
import { resolveStage } from '../gates/policy/resolve';

/**
 * What the policy asks of the staging evidence and the evidence has not: another load than it was made under, or a metric that was
 * not collected. Everything else of a policy is judged again from what is stored.
 *
 * @returns one sentence, or null when stored evidence can be judged by this policy
 */
export function outdatedBy(policy: Policy, { profile, stages }: Pick<Evidence, 'profile' | 'stages'>): string | null {
  const changes = stages.filter(({ name }) => name !== 'canary').flatMap((stage) => changeOf(policy, profile, stage) ?? []);
  const [first] = changes;
  return first === undefined ? null : `The policy has changed since the evidence was made: ${first}. Run the gates again.`;
}

function changeOf(policy: Policy, profile: Evidence['profile'], stage: StageEvidence): string | null {
  const planned = resolveStage(policy, stage.name, profile);
  // Of a stage that there is no more, nothing is asked.
  if (!planned.ok) return null;
  const { plan, gates } = planned.value;
  if (canonicalJson(plan) !== canonicalJson(stage.plan)) return `it plans another load for ${stage.name}`;
  // A stage that broke off may have collected anything; its own fault blocks already.
  if (stage.fault !== null) return null;
  const collected = new Set(stage.series.map(({ metric }) => metric));
  const missing = queriesFor(gates, stage.name, stage.identity).find(({ metric }) => !collected.has(metric.name));
  return missing === undefined ? null : `it judges ${missing.metric.name} in ${stage.name}, which was not collected`;
}
