import { DEPLOYMENT_ENVIRONMENTS } from '../../contract';
import type { Policy } from '../../gates/policy/policy';
import type { DeploymentEnvironment } from '../../github/environments';
import type { RepositorySettings } from '../../github/repository-settings';
import type { Check } from './doctor';
import { type Finding, finding, ROLE_ENVIRONMENTS, whenKnown } from './doctor-github-finding';

const APPROVAL = DEPLOYMENT_ENVIRONMENTS.approval;
const PLAN = 'A private repository has required reviewers on GitHub Enterprise only; without them set promotion.approval to dispatch.';

/** Whether somebody who did not write the change has to say yes, in the way that the policy names. */
export function approvalChecks(settings: RepositorySettings, { promotion }: Policy): readonly Check[] {
  const approvers = finding('approvers', approversOf(promotion.approvers ?? [], promotion.approval));
  if (promotion.approval === 'dispatch') return [approvers];
  const protection = whenKnown(APPROVAL, settings.environments, (environments) => {
    const environment = environments.find(({ name }) => name === APPROVAL);
    const hint = settings.plan === 'allows-all' ? '' : ` ${PLAN}`;
    if (environment === undefined) {
      return [finding(APPROVAL, { found: 'not there', advice: `Make this deployment environment, with required reviewers.${hint}` })];
    }
    return [finding(APPROVAL, { found: 'there' }), ...protectionChecks(environment, settings.repository.defaultBranch, hint)];
  });
  return [approvers, ...protection];
}

function approversOf(approvers: readonly string[], approval: Policy['promotion']['approval']): Finding {
  const found = approvers.join(', ') || 'nobody';
  const required = approval === 'dispatch' && approvers.length === 0;
  const may = approval === 'dispatch' ? 'approve, override and open the hotfix lane' : 'override and open the hotfix lane';
  if (approvers.length === 0)
    return { found, required, advice: `Name logins in promotion.approvers of the policy: nobody else may ${may}.` };
  if (approvers.length > 1 || approval !== 'dispatch') return { found };
  return { found, required, advice: 'Name a second one: nobody may approve what they wrote themselves.' };
}

function protectionChecks(environment: DeploymentEnvironment, defaultBranch: string, hint: string): readonly Check[] {
  const { reviewers, preventSelfReview, adminsMayBypass } = environment;
  return [
    finding(`${APPROVAL}: reviewers`, {
      found: String(reviewers),
      ...(reviewers > 0 ? {} : { advice: `Name required reviewers: without them nobody is asked, and the guard refuses.${hint}` }),
    }),
    finding(`${APPROVAL}: self-review`, {
      found: preventSelfReview ? 'prevented' : 'allowed',
      ...(preventSelfReview ? {} : { advice: 'Switch "Prevent self-review" on: the guard refuses without it.' }),
    }),
    finding(`${APPROVAL}: administrators`, {
      found: adminsMayBypass ? 'may bypass' : 'may not bypass',
      ...(adminsMayBypass ? { advice: 'Switch "Allow administrators to bypass configured protection rules" off.' } : {}),
    }),
    finding(`${APPROVAL}: branches`, onlyDefault(environment, defaultBranch)),
  ];
}

/** Each job that holds a role runs in an environment of its own, which only the default branch may use. */
export function environmentChecks({ environments, repository }: RepositorySettings, onAws: boolean): readonly Check[] {
  return whenKnown('deployment environments', environments, (known) =>
    ROLE_ENVIRONMENTS.flatMap((name) => {
      const environment = known.find((each) => each.name === name);
      if (environment === undefined) {
        const advice = `Make this deployment environment, for the branch ${repository.defaultBranch} only: GitHub makes one that is open to every branch.`;
        return [finding(name, { found: 'not there', required: onAws, advice })];
      }
      return [
        finding(`${name}: branches`, { required: onAws, ...onlyDefault(environment, repository.defaultBranch) }),
        ...waiting(environment),
      ];
    }),
  );
}

function onlyDefault({ branchPolicy, branches, tags }: DeploymentEnvironment, defaultBranch: string): Finding {
  const patterns = [...branches, ...tags.map((tag) => `tag ${tag}`)];
  const found = branchPolicy === 'listed' ? patterns.join(', ') || 'none' : `${branchPolicy} branches`;
  if (branchPolicy === 'listed' && branches.includes(defaultBranch) && patterns.length === 1) return { found };
  return { found, advice: `Under "Deployment branches and tags" select ${defaultBranch} and nothing else.` };
}

/** People are asked before, by a job of its own: one that waits here holds the place of those behind it. */
function waiting({ name, reviewers }: DeploymentEnvironment): readonly Check[] {
  if (reviewers === 0) return [];
  const advice = `Remove them: they would be asked while the job holds its concurrency group. ${APPROVAL} is where people approve.`;
  return [finding(`${name}: reviewers`, { found: String(reviewers), required: false, advice })];
}
