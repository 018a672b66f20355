import type { Policy } from '../../gates/policy/policy';
import type { RulesetBypass } from '../../github/branch-guards';
import type { BranchRules } from '../../github/branch-rules';
import type { RepositorySettings } from '../../github/repository-settings';
import type { Check } from './doctor';
import { type Finding, finding, whenKnown } from './doctor-github-finding';

/** The one check that a pull request must pass: it stands for all others (.github/workflows/pull-request.yml). */
const REQUIRED_CHECK = 'ci-passed';
/** Of GitHub Actions on github.com: any other app, or a person's token, may write a status of the same name. */
const ACTIONS_APP = 15_368;
const RULESET = 'the ruleset of the default branch (.github/rulesets/main.json can be imported)';

/** How a change comes to the default branch. */
export function branchChecks(settings: RepositorySettings, policy: Policy): readonly Check[] {
  const branch = settings.repository.defaultBranch;
  return [
    ...whenKnown(`${branch}: rules`, settings.defaultBranchRules, (rules) => rulesChecks(branch, rules, policy)),
    ...(settings.defaultBranchRules.known ? whenKnown(`${branch}: bypass`, settings.bypass, (each) => bypassChecks(branch, each)) : []),
    ...codeOwnersChecks(settings),
  ];
}

function rulesChecks(branch: string, rules: BranchRules, { promotion }: Policy): readonly Check[] {
  return [
    finding(`${branch}: checks`, checksOf(rules)),
    finding(`${branch}: reviews`, reviewsOf(rules)),
    finding(`${branch}: code owners`, {
      found: rules.codeOwnersReview ? 'review what they own' : 'are not asked',
      ...(rules.codeOwnersReview
        ? {}
        : { advice: `Require review from code owners in ${RULESET}: they guard workflows, policy and infra.` }),
    }),
    finding(`${branch}: history`, historyOf(rules)),
    ...(promotion.hotfix === undefined ? [] : [finding(`${branch}: merging`, mergingOf(rules))]),
  ];
}

function checksOf({ requiredChecks }: BranchRules): Finding {
  const found =
    requiredChecks.map(({ name, app }) => `${name} of ${app === null ? 'anybody' : `app ${app}`}`).join(', ') || 'none is required';
  const checks = requiredChecks.filter(({ name }) => name === REQUIRED_CHECK);
  if (checks.length === 0) return { found, advice: `Require the check ${REQUIRED_CHECK} in ${RULESET}.` };
  if (checks.some(({ app }) => app === ACTIONS_APP)) return { found };
  const advice = `Select GitHub Actions as the source of ${REQUIRED_CHECK} in ${RULESET}: any token that may write statuses can say that it passed.`;
  return { found, advice };
}

function reviewsOf({ pullRequestRequired, requiredApprovals, dismissesStaleReviews, lastPushApproval }: BranchRules): Finding {
  if (!pullRequestRequired) return { found: 'no pull request is required', advice: `Require one in ${RULESET}.` };
  const lacking = [
    ...(requiredApprovals > 0 ? [] : ['require at least one approval']),
    ...(dismissesStaleReviews ? [] : ['dismiss stale approvals when commits are pushed']),
    ...(lastPushApproval ? [] : ['require approval of the last push by somebody else']),
  ];
  const found = `${requiredApprovals} required, ${dismissesStaleReviews ? 'stale ones dismissed' : 'stale ones count'}, last push ${
    lastPushApproval ? 'approved by another' : 'not asked for'
  }`;
  if (lacking.length === 0) return { found };
  return { found, advice: `In ${RULESET}: ${lacking.join('; ')}. Else what is merged is not what was reviewed.` };
}

/** A hotfix counts as merged back when the default branch descends from its commit. */
function mergingOf({ mergeMethods }: BranchRules): Finding {
  const found = mergeMethods?.join(', ') ?? 'by any method';
  if (mergeMethods?.every((method) => method === 'merge')) return { found };
  return {
    found,
    required: false,
    advice: 'Allow merge commits only while promotion.hotfix is open: a hotfix that is squashed or rebased never counts as merged back.',
  };
}

function bypassChecks(branch: string, rulesets: readonly RulesetBypass[]): readonly Check[] {
  return rulesets.map(({ ruleset, actors }) => {
    const name = `${branch}: who bypasses ${ruleset}`;
    if (actors === null) {
      const advice = 'Look under Settings, Rules: GitHub shows this only to a token with administration: write. It should be nobody.';
      return finding(name, { found: 'not shown', required: false, advice });
    }
    if (actors.length === 0) return finding(name, { found: 'nobody' });
    return finding(name, { found: actors.join(', '), advice: 'Empty the bypass list: whoever is on it merges without review and checks.' });
  });
}

/** A line that GitHub does not understand asks nobody, whatever the ruleset says. */
function codeOwnersChecks({ codeOwners }: RepositorySettings): readonly Check[] {
  if (!codeOwners.known && codeOwners.problem === 'not-found') {
    return [
      finding('CODEOWNERS', { found: 'not there', advice: 'Write .github/CODEOWNERS: without it review by code owners asks nobody.' }),
    ];
  }
  return whenKnown('CODEOWNERS', codeOwners, (errors) => [
    finding('CODEOWNERS', {
      found: errors.map(({ line, kind, source }) => `line ${line}: ${kind}: ${source}`).join('; ') || 'every line is understood',
      ...(errors.length === 0 ? {} : { advice: 'Correct these lines: GitHub ignores them. An owner must exist and have write access.' }),
    }),
  ]);
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
