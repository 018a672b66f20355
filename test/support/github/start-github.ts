import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { answerRequest } from './answer';
import { loadDescription } from './description';
import type { Desk, RequestRecord } from './desk';
import { createFaults, type Fault } from './faults';
import { type GithubState, type GithubStateInput, githubState } from './state';

export type { RequestRecord } from './desk';
export type { Fault } from './faults';
export type { GithubState, GithubStateInput } from './state';

/** A GitHub on 127.0.0.1, with one repository. It checks each request and each of its own answers against GitHub's description. */
export interface GithubServer {
  /** What `GITHUB_API_URL` is set to. */
  readonly url: string;
  /** May be changed at any time. */
  readonly state: GithubState;
  requests(): readonly RequestRecord[];
  /** What in requests and answers did not fit. A test that ends well expects `[]`. */
  problems(): readonly string[];
  /** The oldest fault that fits a request meets it, until it is used up. */
  fail(fault: Fault): void;
  /** Changes the state once, after the next request of an operation was answered: what somebody else did in between. */
  after(operationId: string, change: (state: GithubState) => void): void;
  close(): Promise<void>;
}

/**
 * Starts the server on a free port.
 *
 * @throws ZodError for a state that does not fit
 */
export async function startGithub(options: { readonly state?: GithubStateInput } = {}): Promise<GithubServer> {
  const state = githubState(options.state);
  const desk: Desk = {
    description: await loadDescription(),
    state,
    faults: createFaults(),
    requests: [],
    problems: [],
    changes: [],
    url: '',
    count: 0,
  };
  const server = createServer((request, response) => {
    serve(desk, request, response).catch((error: unknown) => {
      desk.problems.push(`the server failed: ${String(error)}`);
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  desk.url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    url: desk.url,
    state,
    requests: () => desk.requests,
    problems: () => desk.problems,
    fail: (fault) => desk.faults.add(fault),
    after: (operationId, change) => desk.changes.push({ operationId, change }),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function serve(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  const answer = await answerRequest(desk, { method: request.method ?? 'GET', target: request.url ?? '/', headers: request.headers, text });
  if (answer === 'reset') {
    request.socket.destroy();
    return;
  }
  const headers = { 'content-type': 'application/json; charset=utf-8', ...answer.headers };
  response.writeHead(answer.status, answer.body === undefined ? answer.headers : headers);
  response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
}
