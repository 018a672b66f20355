import { z } from 'zod';

/** Logins, or null for an address that GitHub has no account for. */
const loginSchema = z.string().nullable();
const shaSchema = z.string().min(1);
const instantSchema = z.string();

const repositorySchema = z.strictObject({
  owner: z.string().default('example-org'),
  name: z.string().default('example-check-in'),
  id: z.number().default(4_100_001),
  ownerId: z.number().default(5_200_002),
  ownerType: z.enum(['Organization', 'User']).default('Organization'),
  /** Anybody's token reads a public repository; a private one shows what the token's permissions say. */
  visibility: z.enum(['public', 'private', 'internal']).default('private'),
  defaultBranch: z.string().default('main'),
  /** What `html_url` begins with. */
  serverUrl: z.string().default('https://github.com'),
});

const commitSchema = z.strictObject({
  sha: shaSchema,
  parents: z.array(shaSchema).default([]),
  author: loginSchema.default('octo-author'),
  /** Null: the same as the author. */
  committer: loginSchema.default(null),
  email: z.string().default('octo-author@users.noreply.github.com'),
  /** Null: the same as the author's. A commit that GitHub made is by `web-flow`, noreply@github.com. */
  committerEmail: z.string().nullable().default(null),
  /** For some addresses without an account GitHub answers an empty object in place of null. */
  emptyAuthor: z.boolean().default(false),
  /** GitHub has checked its signature. */
  verified: z.boolean().default(false),
  message: z.string().default('Change'),
  date: instantSchema.default('2026-01-01T00:00:00Z'),
  /** Of a commit that changed them: the files of a comparison are those of its commits. */
  files: z.array(z.string()).default([]),
});

const pullSchema = z.strictObject({
  number: z.number(),
  title: z.string().default('Change'),
  body: z.string().nullable().default(null),
  author: z.string().default('octo-author'),
  state: z.enum(['open', 'closed']).default('open'),
  /** The commit on the base branch that the merge made; null when it is not merged. */
  mergedAs: shaSchema.nullable().default(null),
  mergedBy: loginSchema.default('octo-reviewer'),
  headRef: z.string().default('change'),
  headSha: shaSchema,
  /** `owner/name` of the repository that the change comes from: another one for a fork, null for a fork that was deleted. */
  headRepository: z.string().nullable().default('example-org/example-check-in'),
  baseRef: z.string().default('main'),
  baseSha: shaSchema.default('0000000000000000000000000000000000000001'),
  /** On its branch, oldest first; the head alone when empty. */
  commits: z.array(shaSchema).default([]),
  files: z.array(z.string()).default([]),
  labels: z.array(z.string()).default([]),
  draft: z.boolean().default(false),
  locked: z.boolean().default(false),
});

const commentSchema = z.strictObject({
  id: z.number(),
  body: z.string(),
  /** Null when the account was deleted. */
  author: loginSchema.default('octo-reviewer'),
  createdAt: instantSchema.default('2026-01-01T00:00:00Z'),
  updatedAt: instantSchema.default('2026-01-01T00:00:00Z'),
});

const jobSchema = z.strictObject({
  /** As GitHub writes it: `caller / called` when it runs inside a reusable workflow. */
  name: z.string(),
  status: z.enum(['queued', 'in_progress', 'completed', 'waiting', 'requested', 'pending']).default('completed'),
  conclusion: z
    .enum(['success', 'failure', 'neutral', 'cancelled', 'skipped', 'timed_out', 'action_required'])
    .nullable()
    .default('success'),
  /** The attempt that ran it, when that is an earlier one than the attempt that lists it. */
  ranInAttempt: z.number().nullable().default(null),
});

const runSchema = z.strictObject({
  id: z.number(),
  event: z.string().default('push'),
  actor: z.string().default('octo-author'),
  headBranch: z.string().nullable().default('main'),
  headSha: shaSchema,
  name: z.string().default('delivery'),
  path: z.string().default('.github/workflows/delivery.yml'),
  status: z.string().default('in_progress'),
  conclusion: z.string().nullable().default(null),
  pulls: z.array(z.number()).default([]),
  /** The first is attempt 1. */
  attempts: z
    .array(z.strictObject({ triggeringActor: z.string().default('octo-author'), jobs: z.array(jobSchema).default([]) }))
    .min(1)
    .default([{ triggeringActor: 'octo-author', jobs: [] }]),
  /** What reviewers of environments said. GitHub keeps one list for all attempts. */
  reviews: z
    .array(
      z.strictObject({
        state: z.enum(['approved', 'rejected', 'pending']),
        author: z.string(),
        comment: z.string().default(''),
        environments: z.array(z.string()).default(['production-approval']),
      }),
    )
    .default([]),
});

const environmentSchema = z.strictObject({
  name: z.string(),
  /** Logins, and `team:slug` for a team. */
  reviewers: z.array(z.string()).default([]),
  preventSelfReview: z.boolean().default(false),
  adminsMayBypass: z.boolean().default(true),
  waitMinutes: z.number().default(0),
  /** `protected`: branches with a protection rule; a list: patterns; null: any branch. */
  branches: z
    .union([z.literal('protected'), z.array(z.string())])
    .nullable()
    .default(null),
});

const deploymentSchema = z.strictObject({
  id: z.number(),
  environment: z.string(),
  sha: shaSchema,
  ref: z.string().default('main'),
  task: z.string().default('deploy'),
  creator: z.string().default('github-actions[bot]'),
  createdAt: instantSchema.default('2026-01-01T00:00:00Z'),
  /** Newest first, as GitHub lists them. */
  statuses: z
    .array(
      z.strictObject({
        state: z.enum(['error', 'failure', 'inactive', 'pending', 'success', 'queued', 'in_progress']),
        logUrl: z.string().default(''),
        createdAt: instantSchema.default('2026-01-01T00:00:00Z'),
      }),
    )
    .default([]),
});

const rulesetSchema = z.strictObject({
  id: z.number(),
  name: z.string().default('default branch'),
  enforcement: z.enum(['disabled', 'active', 'evaluate']).default('active'),
  include: z.array(z.string()).default(['~DEFAULT_BRANCH']),
  /** `{ type, parameters? }` in GitHub's own words. */
  rules: z.array(z.looseObject({ type: z.string() })).default([]),
  bypassActors: z.array(z.looseObject({})).default([]),
});

const actionsSchema = z.strictObject({
  enabled: z.boolean().default(true),
  allowed: z.enum(['all', 'local_only', 'selected']).default('all'),
  /** Of `selected` only. */
  githubOwned: z.boolean().default(true),
  verified: z.boolean().default(false),
  patterns: z.array(z.string()).default([]),
  shaPinningRequired: z.boolean().default(false),
  defaultPermissions: z.enum(['read', 'write']).default('read'),
  mayApprovePulls: z.boolean().default(false),
  /** Null: GitHub's default template. */
  subjectClaims: z.array(z.string()).nullable().default(null),
  immutableSubject: z.boolean().default(false),
});

const tokenSchema = z.strictObject({
  /** Whose comments it writes. A `[bot]` is an app's token: `GET /user` is not for it. */
  login: z.string().default('github-actions[bot]'),
  /** Requests in this hour that are left. */
  remaining: z.number().default(1_000),
});

const ROOT = '0000000000000000000000000000000000000001';

/**
 * What the server knows, as plain data that a test may change while it runs. Every field has a default: a private repository with
 * one commit on `main`, and the token of a job that may comment and read the run, the deployments and the code.
 */
export const githubStateSchema = z.strictObject({
  repository: repositorySchema.prefault({}),
  token: tokenSchema.prefault({}),
  /** As in a workflow's `permissions:`; besides `administration` and `variables`, which only a person's token can have. */
  permissions: z
    .record(z.string(), z.enum(['read', 'write']))
    .default({ contents: 'read', 'pull-requests': 'write', actions: 'read', deployments: 'read' }),
  commits: z.array(commitSchema).prefault([{ sha: ROOT }]),
  /** Heads by branch; the default branch, when not told, ends at the last of `commits`. */
  branches: z.record(z.string(), shaSchema).default({}),
  protectedBranches: z.array(z.string()).default([]),
  pulls: z.array(pullSchema).default([]),
  /** By the number of the pull request, oldest first. */
  comments: z.record(z.string(), z.array(commentSchema)).default({}),
  runs: z.array(runSchema).default([]),
  environments: z.array(environmentSchema).default([]),
  deployments: z.array(deploymentSchema).default([]),
  rulesets: z.array(rulesetSchema).default([]),
  variables: z.record(z.string(), z.string()).default({}),
  organizationVariables: z.record(z.string(), z.string()).default({}),
  /** What GitHub does not understand of CODEOWNERS; null: there is no such file. */
  codeOwnersErrors: z
    .array(z.strictObject({ line: z.number(), kind: z.string(), source: z.string() }))
    .nullable()
    .default([]),
  /** Text by path, the same at each commit. */
  files: z.record(z.string(), z.string()).default({}),
  actions: actionsSchema.prefault({}),
});

/** What a caller writes: anything left out has its default. */
export type GithubStateInput = z.input<typeof githubStateSchema>;
export type GithubState = z.infer<typeof githubStateSchema>;
export type CommitState = GithubState['commits'][number];
export type PullState = GithubState['pulls'][number];
export type CommentState = z.infer<typeof commentSchema>;
export type RunState = GithubState['runs'][number];
export type JobState = RunState['attempts'][number]['jobs'][number];
export type EnvironmentState = GithubState['environments'][number];
export type DeploymentState = GithubState['deployments'][number];
export type RulesetState = GithubState['rulesets'][number];

/** @throws ZodError that names the field which does not fit */
export function githubState(input: GithubStateInput = {}): GithubState {
  const state = githubStateSchema.parse(input);
  const last = state.commits.at(-1);
  if (last !== undefined) state.branches[state.repository.defaultBranch] ??= last.sha;
  return state;
}
