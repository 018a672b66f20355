import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APPROVE_JOB, DEPLOYMENT_ENVIRONMENTS } from '../../src/contract';
import { type GithubServer, startGithub } from '../../test/support/github/start-github';

const RUN = 7;

/** A GitHub on this machine, where somebody who wrote nothing of it has approved what is checked out. */
export interface ApprovingGithub {
  /** What a job of that run is told about itself. */
  readonly environment: Readonly<Record<string, string>>;
  problems(): readonly string[];
  close(): Promise<void>;
}

/** @param root a repository whose only commit is the candidate's; @param directory for the event */
export async function startApprovingGithub(root: string, directory: string): Promise<ApprovingGithub> {
  const sha = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  const environment = DEPLOYMENT_ENVIRONMENTS.approval;
  const server = await startGithub({
    state: {
      commits: [{ sha }],
      environments: [{ name: environment, reviewers: ['octo-reviewer'], preventSelfReview: true }],
      runs: [
        {
          id: RUN,
          headSha: sha,
          attempts: [{ jobs: [{ name: APPROVE_JOB }] }],
          reviews: [{ state: 'approved', author: 'octo-reviewer', comment: 'a rehearsal', environments: [environment] }],
        },
      ],
    },
  });
  const event = join(directory, 'event.json');
  writeFileSync(event, JSON.stringify({ repository: { default_branch: server.state.repository.defaultBranch } }));
  return { environment: jobOf(server, sha, event), problems: () => server.problems(), close: () => server.close() };
}

function jobOf({ url, state }: GithubServer, sha: string, event: string): Readonly<Record<string, string>> {
  const { owner, name, serverUrl, defaultBranch } = state.repository;
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: url,
    GITHUB_SERVER_URL: serverUrl,
    GITHUB_REPOSITORY: `${owner}/${name}`,
    GITHUB_RUN_ID: String(RUN),
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_SHA: sha,
    GITHUB_REF: `refs/heads/${defaultBranch}`,
    GITHUB_ACTOR: 'octo-author',
    GITHUB_TRIGGERING_ACTOR: 'octo-author',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: event,
    GITHUB_TOKEN: 'token of the local server',
  };
}
