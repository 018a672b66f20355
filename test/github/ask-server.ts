import { type GithubServer, type GithubStateInput, startGithub } from '../support/github/start-github';

export const REPOSITORY = '/repos/example-org/example-check-in';
export const sha = (number: number): string => number.toString(16).padStart(40, '0');
const servers: GithubServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

export async function start(state: GithubStateInput = {}): Promise<GithubServer> {
  const server = await startGithub({ state });
  servers.push(server);
  return server;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Readonly<Record<string, unknown>>;
  readonly list: readonly Readonly<Record<string, unknown>>[];
}

export async function ask(
  server: GithubServer,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${server.url}${path.startsWith('/') ? path : `${REPOSITORY}/${path}`}`, {
    method,
    headers: { authorization: 'Bearer token', 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = text === '' ? {} : JSON.parse(text);
  return { status: response.status, headers: response.headers, json, list: Array.isArray(json) ? json : [] };
}

export const get = (server: GithubServer, path: string): Promise<Reply> => ask(server, 'GET', path);

/** main: 1 - 2 - 4; a branch from 2: 3; nothing in common with them: 9. */
export const HISTORY: GithubStateInput = {
  commits: [
    { sha: sha(1) },
    { sha: sha(2), parents: [sha(1)], files: ['a.ts'] },
    { sha: sha(3), parents: [sha(2)], author: null },
    { sha: sha(4), parents: [sha(2)], author: 'octo-manager' },
    { sha: sha(9) },
  ],
  branches: { main: sha(4), change: sha(3) },
};
export const PULL: GithubStateInput = { ...HISTORY, pulls: [{ number: 7, headSha: sha(3) }] };
