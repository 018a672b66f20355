import { DEPLOYMENT_ENVIRONMENTS } from '../contract';
import { reviewsOfRun } from '../github/approvals';
import { type Github, openGithub } from '../github/client';
import { type GithubContext, githubContext } from '../github/context';
import { latestDeployment } from '../github/deployments';
import { GithubError } from '../github/failure';
import { appendSummary } from '../github/job-files';
import { ownLogin } from '../github/own-login';
import { type PullRequest, pullRequestsBetween, pullRequestsOfCommit } from '../github/pull-requests';
import { putStickyComment } from '../github/sticky-comment';
import type { CommentOutcome, ComposeComment, PublishedPull, PublishingGithub } from './publish-port';

/** What there is to publish to, as far as it can be reached. */
export interface PublishingConnection {
  readonly github: PublishingGithub | null;
  /** The run is that of a pull request: what it hands over is its own claim. */
  readonly inPullRequest: boolean;
  /** Adds to the job summary. @returns false when it would not fit; true as well where there is none */
  summarize(markdown: string): boolean;
  /** Why something cannot be reached. */
  readonly warnings: readonly string[];
}

/** Finds out where this job runs and opens GitHub. What is missing is a warning: the report is read from its artifact then. */
export function publishingConnection(environment: NodeJS.ProcessEnv, version: string): PublishingConnection {
  const path = environment['GITHUB_STEP_SUMMARY'] ?? '';
  const summarize = (markdown: string): boolean => path === '' || appendSummary(path, markdown);
  // Told apart before anything else can fail: a claim must not be taken for evidence because a variable is missing.
  const inPullRequest = (environment['GITHUB_EVENT_NAME'] ?? '').startsWith('pull_request');
  const base = { inPullRequest, summarize };
  try {
    const context = githubContext(environment);
    if (context === null) return { ...base, github: null, warnings: ['Not in GitHub Actions: nothing is commented.'] };
    const { apiUrl, repository, token } = context;
    return { ...base, github: publishingGithub(openGithub({ apiUrl, repository, token, version }), context), warnings: [] };
  } catch (error) {
    if (error instanceof GithubError) return { ...base, github: null, warnings: [error.message] };
    throw error;
  }
}

/** The calls that publishing makes, to one repository in one run. */
export function publishingGithub(github: Github, { runId, runUrl, actor, event, sha }: GithubContext): PublishingGithub {
  const { pullRequest } = event;
  // Asked once: a batch writes many comments.
  let login: Promise<string> | null = null;
  const askedLogin = (): Promise<string> => {
    login ??= ownLogin(github);
    return login;
  };
  return {
    run: {
      url: runUrl,
      actor,
      pull: pullRequest?.number ?? null,
      fork: pullRequest?.fromFork ?? false,
      // Of a pull request the commit is that of its merge with the base, which nobody has seen.
      commit: pullRequest?.headSha ?? sha,
    },
    pullsOf: async (commit) => (await pullRequestsOfCommit(github, commit)).map(pullOf),
    pullsBetween: async (base, head) => {
      const { pullRequests, omitted } = await pullRequestsBetween(github, base, head);
      return { pulls: pullRequests.map(pullOf), cut: omitted > 0 };
    },
    deployedBefore: async (name, commit) => (await latestDeployment(github, name, commit))?.commit ?? null,
    reviews: () => reviewsOfRun(github, runId, DEPLOYMENT_ENVIRONMENTS.approval),
    comment: (pull, marker, compose) => writeComment(github, { pullRequest: pull, marker, login: askedLogin, compose }),
  };
}

interface Writing {
  readonly pullRequest: number;
  readonly marker: string;
  readonly login: () => Promise<string>;
  readonly compose: ComposeComment;
}

async function writeComment(github: Github, { pullRequest, marker, login: ask, compose }: Writing): Promise<CommentOutcome> {
  try {
    const login = await ask();
    return await putStickyComment(github, { pullRequest, marker, body: compose, login });
  } catch (error) {
    if (error instanceof GithubError) return { outcome: 'failed', url: null, reason: error.message };
    throw error;
  }
}

function pullOf({ number, title, author, mergeCommit }: PullRequest): PublishedPull {
  return { number, title, author, mergeCommit };
}
