import { api, page } from './addresses';
import { type Answer, type Call, found, type Operations, ok, reads, refuse } from './call';
import { resolveRef } from './commit-graph';
import { commitView } from './commit-view';
import { pageOf, SMALL_SIZES } from './paging';
import { person } from './people';
import { repositoryView } from './repository-view';
import type { RulesetState } from './state';

const anyToken = (answer: (call: Call) => Answer): Operations[string] => ({ needs: [], access: 'read', answer });

/** What a repository is set to, and who asks. */
export const SETTING_OPERATIONS: Operations = {
  'repos/get': anyToken((call) => ok(repositoryView(call))),
  'repos/get-branch': reads('contents', getBranch),
  'repos/get-branch-rules': anyToken(listBranchRules),
  'repos/get-repo-rulesets': anyToken(listRulesets),
  'repos/get-repo-ruleset': anyToken((call) =>
    found(
      call.state.rulesets.find(({ id }) => id === Number(call.params['ruleset_id'])),
      (ruleset) => ok(rulesetView(call, ruleset)),
    ),
  ),
  'repos/get-content': reads('contents', getContent),
  'repos/codeowners-errors': reads('contents', listCodeOwnersErrors),
  'actions/get-repo-variable': reads('variables', getVariable),
  'actions/list-repo-variables': reads('variables', (call) => listVariables(call, call.state.variables)),
  'actions/list-repo-organization-variables': reads('variables', (call) => listVariables(call, call.state.organizationVariables)),
  'actions/get-github-actions-permissions-repository': reads('administration', ({ state: { actions } }) =>
    ok({ enabled: actions.enabled, allowed_actions: actions.allowed, sha_pinning_required: actions.shaPinningRequired }),
  ),
  'actions/get-allowed-actions-repository': reads('administration', ({ state: { actions } }) =>
    actions.allowed === 'selected'
      ? ok({ github_owned_allowed: actions.githubOwned, verified_allowed: actions.verified, patterns_allowed: actions.patterns })
      : refuse(409, 'Conflict'),
  ),
  'actions/get-github-actions-default-workflow-permissions-repository': reads('administration', ({ state: { actions } }) =>
    ok({ default_workflow_permissions: actions.defaultPermissions, can_approve_pull_request_reviews: actions.mayApprovePulls }),
  ),
  'actions/get-custom-oidc-sub-claim-for-repo': reads('actions', getSubjectTemplate),
  'users/get-authenticated': anyToken(getAuthenticated),
  'rate-limit/get': anyToken(getRateLimit),
};

function getBranch(call: Call): Answer {
  const { state, params } = call;
  const name = params['branch'] ?? '';
  const head = state.branches[name];
  const commit = head === undefined ? undefined : resolveRef(state, head);
  if (commit === undefined) return refuse(404, 'Branch not found');
  const protection = { url: api(call, `/branches/${name}/protection`), protection: { enabled: state.protectedBranches.includes(name) } };
  const links = { self: api(call, `/branches/${name}`), html: page(call, `/tree/${name}`) };
  return ok({
    name,
    commit: commitView(call, commit),
    _links: links,
    protected: state.protectedBranches.includes(name),
    protection: protection.protection,
    protection_url: protection.url,
  });
}

/** Of all rulesets that are active for the branch. GitHub answers for branches that do not exist, too. */
function listBranchRules(call: Call): Answer {
  const { state, params } = call;
  const rules = state.rulesets
    .filter((ruleset) => ruleset.enforcement === 'active' && includes(call, ruleset, params['branch'] ?? ''))
    .flatMap(({ id, rules }) =>
      rules.map((rule) => ({ ...rule, ruleset_source_type: 'Repository', ruleset_source: sourceOf(call), ruleset_id: id })),
    );
  const { items, headers } = pageOf(call, rules);
  return ok(items, headers);
}

function includes({ state }: Call, { include }: RulesetState, branch: string): boolean {
  const isDefault = branch === state.repository.defaultBranch;
  return include.some(
    (pattern) => pattern === '~ALL' || (pattern === '~DEFAULT_BRANCH' && isDefault) || pattern === `refs/heads/${branch}`,
  );
}

function sourceOf({ state }: Call): string {
  return `${state.repository.owner}/${state.repository.name}`;
}

function listRulesets(call: Call): Answer {
  const { items, headers } = pageOf(call, call.state.rulesets);
  return ok(
    items.map((ruleset) => rulesetSummary(call, ruleset)),
    headers,
  );
}

function rulesetSummary(call: Call, { id, name, enforcement }: RulesetState): Readonly<Record<string, unknown>> {
  return { id, name, target: 'branch', source_type: 'Repository', source: sourceOf(call), enforcement };
}

/** Who may pass it by is shown to those only who may change it. */
function rulesetView(call: Call, ruleset: RulesetState): unknown {
  const isAdmin = call.state.permissions['administration'] === 'write';
  return {
    ...rulesetSummary(call, ruleset),
    conditions: { ref_name: { include: ruleset.include, exclude: [] } },
    rules: ruleset.rules,
    ...(isAdmin ? { bypass_actors: ruleset.bypassActors } : {}),
  };
}

function getContent(call: Call): Answer {
  const path = call.params['path'] ?? '';
  return found(call.state.files[path], (text) => {
    const content = Buffer.from(text).toString('base64');
    const url = api(call, `/contents/${path}`);
    const about = { type: 'file', encoding: 'base64', size: Buffer.byteLength(text), name: path.split('/').at(-1) ?? path, path, content };
    return ok({
      ...about,
      sha: '0'.repeat(40),
      url,
      git_url: null,
      html_url: null,
      download_url: null,
      _links: { self: url, git: null, html: null },
    });
  });
}

function listCodeOwnersErrors({ state: { codeOwnersErrors: errors } }: Call): Answer {
  if (errors === null) return refuse(404, 'Not Found');
  const path = '.github/CODEOWNERS';
  return ok({ errors: errors.map((error) => ({ ...error, column: 1, path, message: `${error.kind} on line ${error.line}` })) });
}

function getVariable(call: Call): Answer {
  const name = call.params['name'] ?? '';
  return found(call.state.variables[name.toUpperCase()], (value) => ok(variableView(name, value)));
}

function listVariables(call: Call, variables: Readonly<Record<string, string>>): Answer {
  const all = Object.entries(variables);
  const { items, headers } = pageOf(call, all, SMALL_SIZES);
  return ok({ total_count: all.length, variables: items.map(([name, value]) => variableView(name, value)) }, headers);
}

function variableView(name: string, value: string): unknown {
  return { name: name.toUpperCase(), value, created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };
}

function getSubjectTemplate({ state: { actions, repository } }: Call): Answer {
  const { subjectClaims, immutableSubject } = actions;
  const { owner, ownerId, name, id } = repository;
  return ok({
    use_default: subjectClaims === null,
    ...(subjectClaims === null ? {} : { include_claim_keys: subjectClaims }),
    use_immutable_subject: immutableSubject,
    sub_claim_prefix: immutableSubject ? `repo:${owner}@${ownerId}/${name}@${id}` : `repo:${owner}/${name}`,
  });
}

/** An app's token is nobody: GitHub tells it so. */
function getAuthenticated({ state, url }: Call): Answer {
  const { login } = state.token;
  if (login.endsWith('[bot]')) return refuse(403, 'Resource not accessible by integration');
  return ok({ ...person(login), url: `${url}/users/${login}`, user_view_type: 'public' });
}

function getRateLimit({ state }: Call): Answer {
  const limit = { limit: 1_000, used: 1_000 - state.token.remaining, remaining: state.token.remaining, reset: 1_893_456_000 };
  return ok({ resources: { core: limit, search: limit }, rate: limit });
}
