import { type Github, placeOf } from './client';
import type { ApprovalEnvironment } from './delivery-facts';
import { attempt, GithubError } from './failure';

/** A deployment environment with what protects it. */
export interface DeploymentEnvironment extends ApprovalEnvironment {
  /** `any` branch; those that are `protected`; or those that match one of `branches`. */
  readonly branchPolicy: 'any' | 'protected' | 'listed';
  /** Patterns of branches, of `listed` only. */
  readonly branches: readonly string[];
  /** Patterns of tags, of `listed` only. */
  readonly tags: readonly string[];
}

const READ = 'actions: read';

/**
 * One deployment environment. One that GitHub does not know, or hides, does not exist: nobody can approve in it.
 * @throws GithubError
 */
export async function environmentNamed(github: Github, name: string): Promise<DeploymentEnvironment> {
  try {
    const { data } = await attempt({ doing: `read the deployment environment ${name}`, right: READ }, () =>
      github.rest.repos.getEnvironment({ ...placeOf(github), environment_name: name }),
    );
    return await withPolicy(github, data);
  } catch (error) {
    if (error instanceof GithubError && error.problem === 'not-found') return { ...NONE, name };
    throw error;
  }
}

/** Every deployment environment of the repository. @throws GithubError */
export async function allEnvironments(github: Github): Promise<readonly DeploymentEnvironment[]> {
  const found: RawEnvironment[] = [];
  for (let page = 1; ; page += 1) {
    const { data } = await attempt({ doing: 'list the deployment environments', right: READ }, () =>
      github.rest.repos.getAllEnvironments({ ...placeOf(github), per_page: 100, page }),
    );
    const { environments = [], total_count = 0 } = data;
    found.push(...environments);
    if (environments.length === 0 || found.length >= total_count) break;
  }
  return Promise.all(found.map((environment) => withPolicy(github, environment)));
}

const NONE: Omit<DeploymentEnvironment, 'name'> = {
  exists: false,
  reviewers: 0,
  preventSelfReview: false,
  adminsMayBypass: true,
  branchPolicy: 'any',
  branches: [],
  tags: [],
};

/** What of GitHub's answer counts. It sends `can_admins_bypass`, which its published description lacks. */
interface RawEnvironment {
  readonly name: string;
  readonly can_admins_bypass?: unknown;
  readonly protection_rules?: readonly {
    readonly type: string;
    readonly prevent_self_review?: boolean;
    readonly reviewers?: readonly unknown[];
  }[];
  readonly deployment_branch_policy?: { readonly protected_branches: boolean; readonly custom_branch_policies: boolean } | null;
}

async function withPolicy(github: Github, raw: RawEnvironment): Promise<DeploymentEnvironment> {
  const rules = (raw.protection_rules ?? []).filter(({ type }) => type === 'required_reviewers');
  const policy = raw.deployment_branch_policy ?? null;
  const listed = policy?.custom_branch_policies === true ? await patternsOf(github, raw.name) : null;
  return {
    name: raw.name,
    exists: true,
    reviewers: rules.reduce((sum, { reviewers }) => sum + (reviewers?.length ?? 0), 0),
    preventSelfReview: rules.some(({ prevent_self_review }) => prevent_self_review === true),
    // What GitHub does not say is taken for the worse.
    adminsMayBypass: raw.can_admins_bypass !== false,
    branchPolicy: policy === null ? 'any' : listed === null ? 'protected' : 'listed',
    branches: listed?.branches ?? [],
    tags: listed?.tags ?? [],
  };
}

async function patternsOf(github: Github, environment: string): Promise<Pick<DeploymentEnvironment, 'branches' | 'tags'>> {
  const found = await attempt({ doing: `read the branches of the deployment environment ${environment}`, right: READ }, () =>
    github.paginate(github.rest.repos.listDeploymentBranchPolicies, { ...placeOf(github), environment_name: environment, per_page: 100 }),
  );
  const of = (kind: 'branch' | 'tag') =>
    found.flatMap(({ name, type }) => (name !== undefined && (type ?? 'branch') === kind ? [name] : []));
  return { branches: of('branch'), tags: of('tag') };
}
