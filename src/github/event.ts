import { z } from 'zod';
import { GithubError } from './failure';

/** What of the event that began a run is of use. Written by others wherever it holds text. */
export interface GithubEvent {
  /** Null for an event that does not say (a schedule). */
  readonly defaultBranch: string | null;
  readonly pullRequest: EventPullRequest | null;
  /** What was filled in for a `workflow_dispatch`; empty for others. */
  readonly inputs: Readonly<Record<string, string>>;
}

export interface EventPullRequest {
  readonly number: number;
  readonly title: string;
  readonly author: string | null;
  readonly headSha: string;
  readonly baseSha: string;
  /** `owner/name`; null when the fork is gone. */
  readonly headRepository: string | null;
  /** Its run has a token that may only read. True as well when the head's repository is gone. */
  readonly fromFork: boolean;
}

const commit = z.string().regex(/^[0-9a-f]{40}$/);
const repository = z.looseObject({ full_name: z.string() });
const schema = z.looseObject({
  repository: z.looseObject({ default_branch: z.string().optional() }).optional(),
  pull_request: z
    .looseObject({
      number: z.number().int().positive(),
      title: z.string().default(''),
      user: z.looseObject({ login: z.string() }).nullish(),
      head: z.looseObject({ sha: commit, repo: repository.nullish() }),
      base: z.looseObject({ sha: commit, repo: repository }),
    })
    .optional(),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullish(),
});

/** @throws GithubError that names the part of the event that is not as GitHub writes it */
export function parseEvent(text: string): GithubEvent {
  const parsed = schema.safeParse(jsonOf(text));
  if (!parsed.success) {
    const found = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
    throw new GithubError('invalid', `GITHUB_EVENT_PATH: the event is not as GitHub writes it. ${found.join('; ')}`);
  }
  const { repository: home, pull_request: pull, inputs } = parsed.data;
  return {
    defaultBranch: home?.default_branch ?? null,
    pullRequest: pull === undefined ? null : pullRequestOf(pull),
    inputs: Object.fromEntries(Object.entries(inputs ?? {}).map(([name, value]) => [name, value === null ? '' : String(value)])),
  };
}

function pullRequestOf({ number, title, user, head, base }: NonNullable<z.infer<typeof schema>['pull_request']>): EventPullRequest {
  const headRepository = head.repo?.full_name ?? null;
  return {
    number,
    title,
    author: user?.login ?? null,
    headSha: head.sha,
    baseSha: base.sha,
    headRepository,
    fromFork: headRepository !== base.repo.full_name,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new GithubError('invalid', 'GITHUB_EVENT_PATH: the event is no JSON.', error);
  }
}
