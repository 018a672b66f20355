import { bypassOf, type CodeOwnersError, codeOwnersErrors, type RulesetBypass } from './branch-guards';
import { type BranchRules, rulesOfBranch } from './branch-rules';
import { type Github, placeOf } from './client';
import { allEnvironments, type DeploymentEnvironment } from './environments';
import { attempt, GithubError, type GithubProblem } from './failure';

/** What could be read, or why it could not; the message names the right that was missing. */
export type Known<T> =
  | { readonly known: true; readonly value: T }
  | { readonly known: false; readonly problem: GithubProblem; readonly message: string };

export interface RepositoryIdentity {
  /** `owner/name`, as GitHub spells it. */
  readonly name: string;
  readonly id: number;
  readonly ownerId: number;
  readonly ownerKind: 'organization' | 'person';
  readonly visibility: 'public' | 'private' | 'internal';
  readonly defaultBranch: string;
}

/** Of the token that a job gets when its workflow does not say. */
export interface WorkflowPermissions {
  readonly byDefault: 'read' | 'write';
  readonly mayApprovePullRequests: boolean;
}

export interface ActionsAllowed {
  readonly enabled: boolean;
  readonly allowed: 'all' | 'local_only' | 'selected';
  readonly pinnedByCommit: boolean;
}

/** How the subject of an identity token is built, which the trust of a role on AWS has to match. */
export interface SubjectTemplate {
  /** GitHub's own template, or the claims of this list instead. */
  readonly isDefault: boolean;
  readonly claims: readonly string[];
  /** With the ids of owner and repository in it. Null when GitHub does not say. */
  readonly immutable: boolean | null;
  /** What the subject begins with, as GitHub states it. */
  readonly prefix: string | null;
}

export interface RepositorySettings {
  readonly repository: RepositoryIdentity;
  readonly environments: Known<readonly DeploymentEnvironment[]>;
  readonly defaultBranchRules: Known<BranchRules>;
  readonly bypass: Known<readonly RulesetBypass[]>;
  /** What GitHub ignores of CODEOWNERS; `not-found`: there is none. */
  readonly codeOwners: Known<readonly CodeOwnersError[]>;
  readonly workflowPermissions: Known<WorkflowPermissions>;
  readonly actions: Known<ActionsAllowed>;
  readonly subject: Known<SubjectTemplate>;
  /** Repository variables by name. */
  readonly variables: Known<Readonly<Record<string, string>>>;
  /** Those that the organization shares with this repository; the repository's own go before. */
  readonly organizationVariables: Known<Readonly<Record<string, string>>>;
  /** Required reviewers and attestations: public repositories have them on every plan; GitHub tells nobody the plan of a private one. */
  readonly plan: 'allows-all' | 'not-told';
}

const ADMINISTRATION = 'administration: read';

/**
 * How a repository is set up for delivery.
 * @throws GithubError when not even the repository can be read; what else cannot be read says so in its own place
 */
export async function repositorySettings(github: Github): Promise<RepositorySettings> {
  const repository = await identityOf(github);
  const defaultBranchRules = await knownOf(() => rulesOfBranch(github, repository.defaultBranch));
  return {
    repository,
    environments: await knownOf(() => allEnvironments(github)),
    defaultBranchRules,
    bypass: defaultBranchRules.known ? await knownOf(() => bypassOf(github, defaultBranchRules.value.rulesets)) : defaultBranchRules,
    codeOwners: await knownOf(() => codeOwnersErrors(github)),
    workflowPermissions: await knownOf(() => workflowPermissions(github)),
    actions: await knownOf(() => actionsAllowed(github)),
    subject: await knownOf(() => subjectTemplate(github)),
    variables: await knownOf(() => variablesOf(github)),
    organizationVariables: await knownOf(() => organizationVariablesOf(github, repository)),
    plan: repository.visibility === 'public' ? 'allows-all' : 'not-told',
  };
}

async function knownOf<T>(read: () => Promise<T>): Promise<Known<T>> {
  try {
    return { known: true, value: await read() };
  } catch (error) {
    if (error instanceof GithubError) return { known: false, problem: error.problem, message: error.message };
    throw error;
  }
}

async function identityOf(github: Github): Promise<RepositoryIdentity> {
  const { data } = await attempt({ doing: 'read the repository', right: 'contents: read' }, () => github.rest.repos.get(placeOf(github)));
  return {
    name: data.full_name,
    id: data.id,
    ownerId: data.owner.id,
    ownerKind: data.owner.type === 'Organization' ? 'organization' : 'person',
    visibility: data.visibility === 'public' || data.visibility === 'internal' ? data.visibility : 'private',
    defaultBranch: data.default_branch,
  };
}

async function workflowPermissions(github: Github): Promise<WorkflowPermissions> {
  const { data } = await attempt({ doing: 'read the default rights of workflows', right: ADMINISTRATION }, () =>
    github.rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository(placeOf(github)),
  );
  return { byDefault: data.default_workflow_permissions, mayApprovePullRequests: data.can_approve_pull_request_reviews };
}

async function actionsAllowed(github: Github): Promise<ActionsAllowed> {
  const { data } = await attempt({ doing: 'read which actions are allowed', right: ADMINISTRATION }, () =>
    github.rest.actions.getGithubActionsPermissionsRepository(placeOf(github)),
  );
  return { enabled: data.enabled, allowed: data.allowed_actions ?? 'all', pinnedByCommit: data.sha_pinning_required === true };
}

/** The last two are newer than the types of our client. */
interface RawSubject {
  readonly use_default: boolean;
  readonly include_claim_keys?: readonly string[];
  readonly use_immutable_subject?: boolean;
  readonly sub_claim_prefix?: string;
}

async function subjectTemplate(github: Github): Promise<SubjectTemplate> {
  const { data } = await attempt({ doing: 'read the subject of identity tokens', right: 'actions: read' }, () =>
    github.rest.actions.getCustomOidcSubClaimForRepo(placeOf(github)),
  );
  const { use_default: isDefault, include_claim_keys: claims = [], use_immutable_subject, sub_claim_prefix }: RawSubject = data;
  return { isDefault, claims, immutable: use_immutable_subject ?? null, prefix: sub_claim_prefix ?? null };
}

/** GitHub gives 30 at a time, no more. */
const VARIABLES_PAGE = 30;

async function variablesOf(github: Github): Promise<Readonly<Record<string, string>>> {
  const found = await attempt({ doing: 'list the variables of the repository', right: 'variables: read' }, () =>
    github.paginate(github.rest.actions.listRepoVariables, { ...placeOf(github), per_page: VARIABLES_PAGE }),
  );
  return byName(found);
}

async function organizationVariablesOf(github: Github, { ownerKind }: RepositoryIdentity): Promise<Readonly<Record<string, string>>> {
  if (ownerKind === 'person') return {};
  const found = await attempt({ doing: 'list the variables of the organization', right: 'variables: read' }, () =>
    github.paginate(github.rest.actions.listRepoOrganizationVariables, { ...placeOf(github), per_page: VARIABLES_PAGE }),
  );
  return byName(found);
}

function byName(variables: readonly { readonly name: string; readonly value: string }[]): Readonly<Record<string, string>> {
  return Object.fromEntries(variables.map(({ name, value }) => [name, value]));
}
