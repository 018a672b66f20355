import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** What a test does with a request: null lets it through, `lose` lets it through and drops the answer. */
export type Interference = { readonly status: number; readonly code: string } | 'lose' | null;

/** Stands between the SDK and moto. Writes go through one at a time, because moto's own conditions are not atomic. */
export interface S3Proxy {
  readonly url: string;
  readonly seen: Seen[];
  /** Most reads of objects that were under way at once. */
  mostReads(): number;
  /** Asked for each request before it is forwarded. */
  interfere(how: ((request: Seen) => Interference | Promise<Interference>) | null): void;
  /** Largest page of a listing. */
  pageSize(keys: number | null): void;
  close(): Promise<void>;
}

export async function startS3Proxy(moto: string): Promise<S3Proxy> {
  const seen: Seen[] = [];
  let interfere: ((request: Seen) => Interference | Promise<Interference>) | null = null;
  let page: number | null = null;
  let reads = 0;
  let most = 0;
  let writes: Promise<unknown> = Promise.resolve();
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body: Buffer[] = [];
    for await (const chunk of incoming) body.push(chunk);
    const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers };
    seen.push(request);
    const how = (await interfere?.(request)) ?? null;
    if (how !== null && how !== 'lose') {
      outgoing.writeHead(how.status, { 'content-type': 'application/xml' });
      outgoing.end(`<?xml version="1.0"?><Error><Code>${how.code}</Code><Message>by the test</Message></Error>`);
      return;
    }
    const url = page !== null && request.url.includes('list-type=2') ? `${request.url}&max-keys=${page}` : request.url;
    const isRead = request.method === 'GET' && request.url.includes('/entries/');
    const go = () => pass(new URL(url, moto), request, Buffer.concat(body), how === 'lose' ? null : outgoing);
    if (isRead) most = Math.max(most, ++reads);
    const done = request.method === 'PUT' ? writes.then(go) : go();
    if (request.method === 'PUT') writes = done;
    await done;
    if (isRead) reads -= 1;
    if (how === 'lose') incoming.socket.destroy();
  };
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    mostReads: () => most,
    interfere: (how) => {
      interfere = how;
    },
    pageSize: (keys) => {
      page = keys;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function pass(url: URL, { method, headers }: Seen, body: Buffer, outgoing: ServerResponse | null): Promise<void> {
  return new Promise((done, fail) => {
    const sent = forward(url, { method, headers: { ...headers, host: url.host } }, (answer) => {
      answer.on('end', done);
      if (outgoing === null) answer.resume();
      else answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, answer.headers));
    });
    sent.on('error', fail);
    sent.end(body);
  });
}
