import type { BranchRules } from '../../github/branch-rules';
import type { RepositorySettings } from '../../github/repository-settings';
import type { Check } from './doctor';
import { type Finding, finding, whenKnown } from './doctor-github-finding';

/** The one check that a pull request must pass: it stands for all others (.github/workflows/pull-request.yml). */
const REQUIRED_CHECK = 'ci-passed';
const RULESET = 'the ruleset of the default branch (.github/rulesets/main.json can be imported)';

/** How a change comes to the default branch. */
export function branchChecks({ repository, defaultBranchRules }: RepositorySettings): readonly Check[] {
  const branch = repository.defaultBranch;
  return whenKnown(`${branch}: rules`, defaultBranchRules, (rules) => [
    finding(`${branch}: checks`, checksOf(rules)),
    finding(`${branch}: reviews`, reviewsOf(rules)),
    finding(`${branch}: code owners`, {
      found: rules.codeOwnersReview ? 'review what they own' : 'are not asked',
      ...(rules.codeOwnersReview
        ? {}
        : { advice: `Require review from code owners in ${RULESET}: they guard workflows, policy and infra.` }),
    }),
    finding(`${branch}: history`, historyOf(rules)),
  ]);
}

function checksOf({ requiredChecks }: BranchRules): Finding {
  const found = requiredChecks.join(', ') || 'none is required';
  return requiredChecks.includes(REQUIRED_CHECK) ? { found } : { found, advice: `Require the check ${REQUIRED_CHECK} in ${RULESET}.` };
}

function reviewsOf({ pullRequestRequired, requiredApprovals }: BranchRules): Finding {
  if (!pullRequestRequired) return { found: 'no pull request is required', advice: `Require one in ${RULESET}.` };
  const found = `${requiredApprovals} required`;
  return requiredApprovals > 0 ? { found } : { found, advice: `Require at least one approval in ${RULESET}.` };
}

function historyOf({ forcePushBlocked, deletionBlocked }: BranchRules): Finding {
  const open = [...(forcePushBlocked ? [] : ['force pushes']), ...(deletionBlocked ? [] : ['deletion'])];
  if (open.length === 0) return { found: 'force pushes and deletion are blocked' };
  return {
    found: `${open.join(' and ')} allowed`,
    advice: `Block them in ${RULESET}: which release descends from which is read from the history.`,
  };
}

/** What a job may do that does not say, and whose actions it may use. */
export function actionChecks({ workflowPermissions, actions }: RepositorySettings): readonly Check[] {
  return [
    ...whenKnown('workflow permissions', workflowPermissions, ({ byDefault, mayApprovePullRequests }) => [
      finding('workflow permissions', {
        found: `${byDefault} by default, may${mayApprovePullRequests ? '' : ' not'} approve pull requests`,
        ...(byDefault === 'read' && !mayApprovePullRequests
          ? {}
          : { advice: 'Under Settings, Actions, General: read repository contents only, and no approving of pull requests.' }),
      }),
    ]),
    ...whenKnown('actions', actions, ({ enabled, allowed, pinnedByCommit }) => [
      enabled
        ? finding('actions', {
            found: `${allowed}, ${pinnedByCommit ? 'pinned by commit' : 'not required to be pinned by commit'}`,
            ...(pinnedByCommit
              ? {}
              : { required: false, advice: 'Under Settings, Actions, General: require actions to be pinned to a full-length commit.' }),
          })
        : finding('actions', { found: 'off', advice: 'Switch GitHub Actions on.' }),
    ]),
  ];
}
