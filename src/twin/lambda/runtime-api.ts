import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FunctionError, type Invocation, PAYLOAD_LIMIT_BYTES, parseFunctionError } from './invocation';

const PREFIX = '/2018-06-01/runtime';

export interface RuntimeApiEvents {
  /** The runtime asks for work: its first poll ends INIT. */
  onPoll(): void;
  /** @returns false when no such invocation is running. */
  onResponse(requestId: string, payload: Buffer): boolean;
  /** @returns false when no such invocation is running. */
  onTooLarge(requestId: string, bytes: number): boolean;
  /** @returns false when no such invocation is running. */
  onError(requestId: string, error: FunctionError): boolean;
  onInitError(error: FunctionError): void;
}

/** The Runtime API of one execution environment (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). */
export interface RuntimeApi {
  /** host:port, as `AWS_LAMBDA_RUNTIME_API` wants it. */
  readonly address: string;
  /** Polls that wait for work. */
  waiting(): number;
  /** Answers one waiting poll. @returns false when none waits. */
  deliver(invocation: Invocation, deadlineMs: number, functionArn: string): boolean;
  close(): void;
}

export async function startRuntimeApi(events: RuntimeApiEvents): Promise<RuntimeApi> {
  const polls: ServerResponse[] = [];
  // A frozen environment keeps its poll open for minutes: no clock of this server may close it.
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
    route(request, response, polls, events).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    waiting: () => polls.length,
    deliver(invocation, deadlineMs, functionArn) {
      const poll = polls.shift();
      if (poll === undefined) return false;
      poll.writeHead(200, {
        'content-type': 'application/json',
        'content-length': invocation.payload.length,
        'lambda-runtime-aws-request-id': invocation.requestId,
        'lambda-runtime-deadline-ms': deadlineMs,
        'lambda-runtime-invoked-function-arn': functionArn,
        'lambda-runtime-trace-id': invocation.traceId,
      });
      poll.end(invocation.payload);
      return true;
    },
    close: () => closeServer(server),
  };
}

function closeServer(server: Server): void {
  server.close();
  server.closeAllConnections();
}

async function route(request: IncomingMessage, response: ServerResponse, polls: ServerResponse[], events: RuntimeApiEvents): Promise<void> {
  const url = request.url ?? '';
  if (request.method === 'GET' && url === `${PREFIX}/invocation/next`) {
    polls.push(response);
    response.once('close', () => forget(polls, response));
    events.onPoll();
    return;
  }
  const { body, bytes } = await readBody(request);
  if (request.method !== 'POST') return answer(response, 404, { errorType: 'NotFound', errorMessage: url });
  const headerType = request.headers['lambda-runtime-function-error-type']?.toString();
  if (url === `${PREFIX}/init/error`) {
    events.onInitError(parseFunctionError(body, headerType));
    return answer(response, 202, { status: 'OK' });
  }
  const match = /\/invocation\/([^/]+)\/(response|error)$/.exec(url);
  const id = match?.[1];
  if (!url.startsWith(PREFIX) || id === undefined) {
    return answer(response, 404, { errorType: 'NotFound', errorMessage: url });
  }
  if (bytes > PAYLOAD_LIMIT_BYTES) {
    const known = events.onTooLarge(id, bytes);
    return answer(response, known ? 413 : 400, { errorType: 'RequestEntityTooLarge', errorMessage: `${bytes} bytes` });
  }
  const known = match?.[2] === 'response' ? events.onResponse(id, body) : events.onError(id, parseFunctionError(body, headerType));
  if (!known) return answer(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' });
  return answer(response, 202, { status: 'OK' });
}

function forget(polls: ServerResponse[], response: ServerResponse): void {
  const index = polls.indexOf(response);
  if (index >= 0) polls.splice(index, 1);
}

function answer(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function readBody(request: IncomingMessage): Promise<{ body: Buffer; bytes: number }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // What is too large is read to its end, so that the runtime gets its answer, but not kept.
      if (bytes <= PAYLOAD_LIMIT_BYTES) chunks.push(chunk);
    });
    request.on('end', () => resolve({ body: Buffer.concat(chunks), bytes }));
    request.on('error', reject);
  });
}
