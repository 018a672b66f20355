import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { InvokeOutcome } from '../lambda/invocation';

/** What the gateway sends to the client. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
  /** Why, when the answer is not the function's own; `$context.integrationErrorMessage` in AWS's access log. */
  readonly error: string | null;
}

/** Bytes of a request or a response (HTTP API quotas, "Payload size": 10 MB). */
export const GATEWAY_PAYLOAD_LIMIT_BYTES = 10 * 1024 * 1024;

const JSON_TYPE = { 'content-type': 'application/json' };

function errorAnswer(status: number, message: string, error: string): Answer {
  return { status, headers: JSON_TYPE, cookies: [], body: Buffer.from(JSON.stringify({ message })), error };
}

export const payloadTooLarge = () => errorAnswer(413, 'Request Entity Too Large', 'The request body exceeds the payload limit.');

/** 503 and not 504: serverless/serverless#11222 shows an HTTP API that gave up on a function that was still at work. */
export const integrationTimeout = () => errorAnswer(503, 'Service Unavailable', 'The integration did not answer in time.');

/**
 * How an HTTP API with payload format 2.0 answers for each outcome of the invocation.
 *
 * A function that fails or times out is 500 (http-api-troubleshooting-lambda page). A throttled function is taken for
 * 503: the knowledge-center answers for HTTP APIs say that the status is 503 when the integration gives no response and
 * that the 429 shows only as the integration's status. AWS documents it nowhere, so a gate should count throttles by Lambda's own
 * metric; 5xx it is in any case, which is what a REST API does too (500).
 */
export function toAnswer(outcome: InvokeOutcome): Answer {
  switch (outcome.kind) {
    case 'response':
      return fromPayload(outcome.payload);
    case 'function-error':
      return errorAnswer(500, 'Internal Server Error', `${outcome.error.errorType}: ${outcome.error.errorMessage}`);
    case 'throttled':
      return errorAnswer(503, 'Service Unavailable', `Rate Exceeded: ${outcome.reason}`);
    case 'too-large':
      return payloadTooLarge();
    case 'unavailable':
      return errorAnswer(503, 'Service Unavailable', outcome.detail);
  }
}

/** The status that Lambda itself gave: `$context.integrationStatus`. */
export function integrationStatus(outcome: InvokeOutcome): number {
  if (outcome.kind === 'throttled') return 429;
  if (outcome.kind === 'too-large') return 413;
  return outcome.kind === 'unavailable' ? 503 : 200;
}

function fromPayload(payload: Buffer): Answer {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString('utf8'));
  } catch {
    return malformed('not JSON');
  }
  const structured = typeof value === 'object' && value !== null && 'statusCode' in value;
  if (structured) return fromStructured(value as Record<string, unknown>);
  // Without a status code the whole value is the body of a 200 of type JSON.
  const body = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return { status: 200, headers: JSON_TYPE, cookies: [], body, error: null };
}

const malformed = (what: string) => errorAnswer(500, 'Internal Server Error', `The response of the function is malformed: ${what}.`);

function fromStructured(value: Record<string, unknown>): Answer {
  const status = Number(value['statusCode']);
  if (!Number.isInteger(status) || status < 100 || status > 599) return malformed('statusCode');
  const headers = readHeaders(value['headers']);
  if (headers === null) return malformed('headers');
  const cookies = value['cookies'] ?? [];
  if (!Array.isArray(cookies) || !cookies.every((cookie) => typeof cookie === 'string' && isHeader('set-cookie', cookie)))
    return malformed('cookies');
  const text = value['body'] ?? '';
  if (typeof text !== 'string') return malformed('body is no string');
  const body = Buffer.from(text, value['isBase64Encoded'] === true ? 'base64' : 'utf8');
  if (body.length > GATEWAY_PAYLOAD_LIMIT_BYTES) return malformed('body is too large');
  return { status, headers: { 'content-type': 'text/plain; charset=UTF-8', ...headers }, cookies, body, error: null };
}

/** Headers that belong to the connection or to the gateway: a function cannot set them. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer', 'te']);

function readHeaders(value: unknown): Record<string, string> | null {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return null;
  const headers: Record<string, string> = {};
  for (const [name, content] of Object.entries(value)) {
    if (!['string', 'number', 'boolean'].includes(typeof content)) return null;
    const lower = name.toLowerCase();
    if (OWN_HEADERS.has(lower)) continue;
    if (!isHeader(lower, String(content))) return null;
    headers[lower] = String(content);
  }
  return headers;
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
