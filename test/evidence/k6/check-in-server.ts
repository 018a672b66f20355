import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** How the server answers: `good` keeps what it is told, the others are the ways in which a release goes wrong. */
export type Behaviour = 'good' | 'good-but-202' | 'empty-200' | 'error-500' | 'throttle-429' | 'hang' | 'cut';

export interface SeenRequest {
  readonly at: number;
  readonly method: string;
  readonly url: string;
  readonly status: number;
}

/** Whether a request is let in; who is not gets 403. */
export type Admission = (request: IncomingMessage, body: string) => Promise<boolean>;

export interface CheckInServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  behaveOn(pattern: RegExp, behaviour: Behaviour): void;
  stop(): Promise<void>;
}

interface State {
  readonly profiles: Map<string, string>;
  readonly checkIns: Map<string, string[]>;
}

/** The check-in service in memory: what k6 runs against when the thing tested is k6 and what reads it. */
export async function startCheckInServer(admit: Admission = async () => true): Promise<CheckInServer> {
  const state: State = { profiles: new Map(), checkIns: new Map() };
  const seen: SeenRequest[] = [];
  const rules: [RegExp, Behaviour][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    const entry = { at: Date.now(), method: request.method ?? '', url: request.url ?? '', status: 0 };
    seen.push(entry);
    response.once('finish', () => {
      entry.status = response.statusCode;
    });
    const behaviour = rules.find(([pattern]) => pattern.test(line))?.[1] ?? 'good';
    void answer(behaviour, state, admit, request, response);
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    behaveOn: (pattern, behaviour) => void rules.push([pattern, behaviour]),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

type Answer = readonly [status: number, body: unknown];

const BAD_ANSWERS: Partial<Record<Behaviour, Answer>> = {
  'empty-200': [200, {}],
  'error-500': [500, { message: 'Internal Server Error' }],
  'throttle-429': [429, { message: 'Too Many Requests' }],
};

async function answer(
  behaviour: Behaviour,
  state: State,
  admit: Admission,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (behaviour === 'hang') return;
  if (behaviour === 'cut') {
    request.socket.destroy();
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  if (!(await admit(request, text))) {
    response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"Forbidden"}');
    return;
  }
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, string>);
  const [status, reply] = BAD_ANSWERS[behaviour] ?? serve(state, `${request.method} ${request.url?.split('?')[0]}`, body);
  response.writeHead(behaviour === 'good-but-202' ? 202 : status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(reply));
}

function serve(state: State, line: string, body: Record<string, string>): Answer {
  const [, id = ''] = /^\w+ \/v1\/\w+\/([^/]+)/.exec(line) ?? [];
  if (line === 'GET /health') return [200, { status: 'ok' }];
  if (line.startsWith('PUT /v1/profiles/')) {
    state.profiles.set(id, body['name'] ?? '');
    return [200, { userId: id, name: body['name'] }];
  }
  if (line.startsWith('GET /v1/profiles/')) {
    const name = state.profiles.get(id);
    return name === undefined ? [404, {}] : [200, { userId: id, name }];
  }
  const present = state.checkIns.get(id) ?? [];
  if (line.startsWith('POST ')) {
    const userId = body['userId'] ?? '';
    const known = present.includes(userId);
    if (!known) state.checkIns.set(id, [...present, userId]);
    return [known ? 200 : 201, { eventId: id, userId }];
  }
  if (line.endsWith('/check-ins')) return [200, { count: present.length, mostRecent: present.slice(-5) }];
  return [200, { entries: present.slice(0, 5) }];
}
