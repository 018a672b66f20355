import { api, page } from './addresses';
import { type Answer, type Call, found, NOT_FOUND, type Operations, ok, reads } from './call';
import { pageOf } from './paging';
import { idOf, person } from './people';
import type { DeploymentState, EnvironmentState } from './state';

export const ENVIRONMENT_OPERATIONS: Operations = {
  'repos/get-all-environments': reads('actions', listEnvironments),
  'repos/get-environment': reads('actions', (call) => found(environmentOf(call), (environment) => ok(environmentView(call, environment)))),
  'repos/list-deployment-branch-policies': reads('actions', listBranchPolicies),
  'repos/list-deployments': reads('deployments', listDeployments),
  'repos/list-deployment-statuses': reads('deployments', listStatuses),
};

function environmentOf({ state, params }: Call): EnvironmentState | undefined {
  return state.environments.find(({ name }) => name === params['environment_name']);
}

function listEnvironments(call: Call): Answer {
  const all = call.state.environments;
  const { items, headers } = pageOf(call, all);
  return ok({ total_count: all.length, environments: items.map((environment) => environmentView(call, environment)) }, headers);
}

/** Only an environment with patterns of its own has them; GitHub answers 404 for the others. */
function listBranchPolicies(call: Call): Answer {
  return found(environmentOf(call), ({ name, branches }) => {
    if (!Array.isArray(branches)) return NOT_FOUND;
    const { items, headers } = pageOf(call, branches);
    const policies = items.map((pattern) => ({ id: idOf(`${name} ${pattern}`), node_id: '', name: pattern, type: 'branch' }));
    return ok({ total_count: branches.length, branch_policies: policies }, headers);
  });
}

function environmentView(
  call: Call,
  { name, reviewers, preventSelfReview, adminsMayBypass, waitMinutes, branches }: EnvironmentState,
): unknown {
  const rule = (type: string): { id: number; node_id: string; type: string } => ({ id: idOf(`${name} ${type}`), node_id: '', type });
  const protection = [
    ...(waitMinutes > 0 ? [{ ...rule('wait_timer'), wait_timer: waitMinutes }] : []),
    ...(reviewers.length > 0
      ? [
          {
            ...rule('required_reviewers'),
            prevent_self_review: preventSelfReview,
            reviewers: reviewers.map((who) => reviewerView(call, who)),
          },
        ]
      : []),
    ...(branches === null ? [] : [rule('branch_policy')]),
  ];
  return {
    id: idOf(name),
    name,
    url: api(call, `/environments/${encodeURIComponent(name)}`),
    html_url: page(call, `/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`),
    can_admins_bypass: adminsMayBypass,
    protection_rules: protection,
    deployment_branch_policy:
      branches === null ? null : { protected_branches: branches === 'protected', custom_branch_policies: branches !== 'protected' },
  };
}

function reviewerView(call: Call, who: string): unknown {
  const [, team] = /^team:(.+)$/.exec(who) ?? [];
  if (team === undefined) return { type: 'User', reviewer: person(who) };
  const url = `${call.url}/orgs/${call.state.repository.owner}/teams/${team}`;
  return {
    type: 'Team',
    reviewer: { id: idOf(team), node_id: '', name: team, slug: team, url, html_url: url, members_url: url, repositories_url: url },
  };
}

/** Newest first. */
function listDeployments(call: Call): Answer {
  const { state, query } = call;
  const matches = (name: string, value: string): boolean => !query.has(name) || query.get(name) === value;
  const wanted = state.deployments.filter(
    ({ environment, sha, ref, task }) =>
      matches('environment', environment) && matches('sha', sha) && matches('ref', ref) && matches('task', task),
  );
  const { items, headers } = pageOf(call, [...wanted].reverse());
  return ok(
    items.map((deployment) => deploymentView(call, deployment)),
    headers,
  );
}

function deploymentView(call: Call, { id, environment, sha, ref, task, creator, createdAt }: DeploymentState): unknown {
  return {
    id,
    url: api(call, `/deployments/${id}`),
    statuses_url: api(call, `/deployments/${id}/statuses`),
    repository_url: api(call),
    sha,
    ref,
    task,
    payload: {},
    environment,
    original_environment: environment,
    description: null,
    creator: person(creator),
    created_at: createdAt,
    updated_at: createdAt,
  };
}

function listStatuses(call: Call): Answer {
  const deployment = call.state.deployments.find(({ id }) => id === Number(call.params['deployment_id']));
  return found(deployment, ({ id, environment, statuses, creator }) => {
    const { items, headers } = pageOf(call, statuses);
    const shown = items.map(({ state, logUrl, createdAt }, index) => ({
      id: idOf(`status ${id} ${index}`),
      url: api(call, `/deployments/${id}/statuses/${index}`),
      state,
      environment,
      log_url: logUrl,
      target_url: logUrl,
      description: '',
      creator: person(creator),
      created_at: createdAt,
      updated_at: createdAt,
      deployment_url: api(call, `/deployments/${id}`),
      repository_url: api(call),
    }));
    return ok(shown, headers);
  });
}
