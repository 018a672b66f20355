import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InvokeOutcome } from '../lambda/invocation';
import type { MetricSink } from '../ports';
import { type AccessLog, openAccessLog } from './access-log';
import { type Answer, GATEWAY_PAYLOAD_LIMIT_BYTES, integrationStatus, integrationTimeout, payloadTooLarge, toAnswer } from './answer';
import { type ApiIdentity, type GatewayRequest, toEvent } from './event';
import { createGatewayMetrics, type GatewayMetrics } from './gateway-metrics';
import { readRequestBody } from './request-body';

/** Milliseconds that an HTTP API waits for its integration; not to be raised (HTTP API quotas). */
export const INTEGRATION_LIMIT_MS = 30_000;

export interface GatewayOptions {
  readonly api: ApiIdentity;
  readonly accessLogFile: string;
  readonly metrics: MetricSink;
  readonly integrationLimitMs: number;
  invoke(payload: Buffer, traceId: string): Promise<InvokeOutcome>;
}

/** An HTTP API with one Lambda integration behind its default route. */
export interface Gateway {
  readonly url: string;
  /** Takes no more requests; open connections are closed. */
  stop(): Promise<void>;
}

/** @throws when no local port can be had. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const context: Context = {
    options,
    log: openAccessLog(options.accessLogFile),
    metrics: createGatewayMetrics(options.metrics, options.api.apiId, options.api.stage),
  };
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    handle(context, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => stop(server, context.log),
  };
}

async function stop(server: Server, log: AccessLog): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  await log.close();
}

interface Context {
  readonly options: GatewayOptions;
  readonly log: AccessLog;
  readonly metrics: GatewayMetrics;
}

interface Integration {
  readonly answer: Answer;
  readonly latencyMs: number | null;
  readonly status: number | null;
  readonly version: string | null;
}

async function handle(context: Context, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const begun = performance.now();
  const receivedAt = Date.now();
  const requestId = randomBytes(11).toString('base64url');
  const read = await readRequestBody(message, GATEWAY_PAYLOAD_LIMIT_BYTES);
  if (read.kind === 'aborted') return;
  const request: GatewayRequest = {
    requestId,
    receivedAt,
    method: message.method ?? 'GET',
    url: message.url ?? '/',
    httpVersion: message.httpVersion,
    headers: message.headers,
    sourceIp: message.socket.remoteAddress ?? '127.0.0.1',
    body: read.kind === 'complete' ? read.body : Buffer.alloc(0),
    traceId: newTraceId(receivedAt),
  };
  const done =
    read.kind === 'complete'
      ? await integrate(context.options, request)
      : { answer: payloadTooLarge(), latencyMs: null, status: null, version: null };
  send(response, done.answer, requestId);
  record(context, request, done, performance.now() - begun);
}

async function integrate(options: GatewayOptions, request: GatewayRequest): Promise<Integration> {
  const begun = performance.now();
  const payload = Buffer.from(JSON.stringify(toEvent(request, options.api)));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), options.integrationLimitMs);
  });
  const outcome = await Promise.race([options.invoke(payload, request.traceId), late]);
  clearTimeout(timer);
  const latencyMs = performance.now() - begun;
  if (outcome === null) return { answer: integrationTimeout(), latencyMs, status: null, version: null };
  const version = 'version' in outcome ? outcome.version : null;
  return { answer: toAnswer(outcome), latencyMs, status: integrationStatus(outcome), version };
}

function send(response: ServerResponse, answer: Answer, requestId: string): void {
  // The client may have gone meanwhile; the gateway has counted the request all the same.
  if (response.destroyed) return;
  const headers: Record<string, string | string[] | number> = { ...answer.headers, 'apigw-requestid': requestId };
  if (answer.cookies.length > 0) headers['set-cookie'] = [...answer.cookies];
  headers['content-length'] = answer.body.length;
  response.writeHead(answer.status, headers);
  response.end(answer.body);
}

function record(context: Context, request: GatewayRequest, done: Integration, latencyMs: number): void {
  context.metrics.request(done.answer.status, latencyMs, done.latencyMs, Date.now());
  context.log.write({
    requestId: request.requestId,
    requestTimeEpoch: request.receivedAt,
    httpMethod: request.method,
    path: request.url,
    protocol: `HTTP/${request.httpVersion}`,
    sourceIp: request.sourceIp,
    userAgent: request.headers['user-agent'] ?? '',
    status: done.answer.status,
    responseLength: done.answer.body.length,
    responseLatency: Math.round(latencyMs),
    integrationLatency: done.latencyMs === null ? null : Math.round(done.latencyMs),
    integrationStatus: done.status,
    integrationErrorMessage: done.answer.error,
    executedVersion: done.version,
  });
}

/** The form that X-Ray asks for: version, epoch seconds, 96 random bits. */
function newTraceId(at: number): string {
  const seconds = Math.floor(at / 1000).toString(16);
  return `Root=1-${seconds}-${randomUUID().replaceAll('-', '').slice(0, 24)}`;
}
