import { type Github, placeOf } from './client';
import { attempt } from './failure';

export interface RequiredCheck {
  readonly name: string;
  /** Id of the app whose word counts; null: whoever may write a status. */
  readonly app: number | null;
}

/** What the active rulesets, all together, ask of a branch. */
export interface BranchRules {
  readonly requiredChecks: readonly RequiredCheck[];
  readonly pullRequestRequired: boolean;
  readonly requiredApprovals: number;
  readonly codeOwnersReview: boolean;
  /** Whoever pushed last cannot be the one who approves. */
  readonly lastPushApproval: boolean;
  readonly dismissesStaleReviews: boolean;
  readonly forcePushBlocked: boolean;
  readonly deletionBlocked: boolean;
  /** `merge`, `squash`, `rebase`: those that every rule allows; null where none says. */
  readonly mergeMethods: readonly string[] | null;
  /** Ids of the rulesets that these rules come from. */
  readonly rulesets: readonly number[];
}

interface RawRule {
  readonly type: string;
  readonly parameters?: unknown;
  readonly ruleset_id?: number;
}

/** @throws GithubError */
export async function rulesOfBranch(github: Github, branch: string): Promise<BranchRules> {
  const rules = await attempt({ doing: `read the rules of the branch ${branch}`, right: 'contents: read' }, () =>
    github.paginate(github.rest.repos.getBranchRules, { ...placeOf(github), branch, per_page: 100 }),
  );
  return branchRules(rules);
}

function branchRules(rules: readonly RawRule[]): BranchRules {
  const of = (type: string): readonly Parameters[] => rules.filter((rule) => rule.type === type).map((rule) => parametersOf(rule));
  const reviews = of('pull_request');
  return {
    requiredChecks: of('required_status_checks').flatMap(checksOf),
    pullRequestRequired: reviews.length > 0,
    requiredApprovals: Math.max(0, ...reviews.map(({ required_approving_review_count: count }) => (typeof count === 'number' ? count : 0))),
    codeOwnersReview: reviews.some(({ require_code_owner_review: asked }) => asked === true),
    lastPushApproval: reviews.some(({ require_last_push_approval: asked }) => asked === true),
    dismissesStaleReviews: reviews.some(({ dismiss_stale_reviews_on_push: asked }) => asked === true),
    forcePushBlocked: of('non_fast_forward').length > 0,
    deletionBlocked: of('deletion').length > 0,
    mergeMethods: reviews.map(methodsOf).reduce(both, null),
    rulesets: [...new Set(rules.flatMap(({ ruleset_id: id }) => (id === undefined ? [] : [id])))],
  };
}

interface Parameters {
  readonly required_status_checks?: unknown;
  readonly required_approving_review_count?: unknown;
  readonly require_code_owner_review?: unknown;
  readonly require_last_push_approval?: unknown;
  readonly dismiss_stale_reviews_on_push?: unknown;
  readonly allowed_merge_methods?: unknown;
}

function parametersOf({ parameters }: RawRule): Parameters {
  return typeof parameters === 'object' && parameters !== null ? parameters : {};
}

function checksOf({ required_status_checks: checks }: Parameters): readonly RequiredCheck[] {
  const listed: readonly unknown[] = Array.isArray(checks) ? checks : [];
  return listed.flatMap((check) => {
    if (typeof check !== 'object' || check === null || !('context' in check) || typeof check.context !== 'string') return [];
    return [
      { name: check.context, app: 'integration_id' in check && typeof check.integration_id === 'number' ? check.integration_id : null },
    ];
  });
}

function methodsOf({ allowed_merge_methods: methods }: Parameters): readonly string[] | null {
  return Array.isArray(methods) ? methods.filter((method) => typeof method === 'string') : null;
}

function both(a: readonly string[] | null, b: readonly string[] | null): readonly string[] | null {
  if (a === null || b === null) return a ?? b;
  return a.filter((method) => b.includes(method));
}
