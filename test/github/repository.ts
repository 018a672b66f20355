import { type Github, type GithubConnection, openGithub } from '../../src/github/client';
import type { Patience } from '../../src/github/patience';
import { type GithubServer, type GithubStateInput, startGithub } from '../support/github/start-github';

export const REPOSITORY = 'example-org/example-check-in';
export const TOKEN = 'a-token-of-the-tests';

/** No pause that a test would notice; as many tries as in earnest. */
export const QUICK: Partial<Patience> = { secondMs: 1, spaced: false };

export function connect(url: string, more: Partial<GithubConnection> = {}): Github {
  return openGithub({ apiUrl: url, repository: REPOSITORY, token: TOKEN, version: '0.0.0', patience: QUICK, ...more });
}

/** A server for each test of the file, closed at its end, when it must have found nothing wrong with us. */
export function githubOfTest(): (state?: GithubStateInput) => Promise<{ readonly server: GithubServer; readonly github: Github }> {
  const started: GithubServer[] = [];
  afterEach(async () => {
    const servers = started.splice(0);
    for (const server of servers) await server.close();
    expect(servers.flatMap((server) => server.problems())).toEqual([]);
  });
  return async (state) => {
    const server = await startGithub(state === undefined ? {} : { state });
    started.push(server);
    return { server, github: connect(server.url) };
  };
}

/** A commit's name from a number: 40 digits. */
export function sha(number: number): string {
  return number.toString(16).padStart(40, '0');
}
