import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ServiceError, unknownOperation, validationError } from './service-error';

/** CloudWatch takes one MB per call, before and after decompression. */
const MAXIMUM_BODY = 1024 * 1024;

const CONTENT_TYPE = 'application/x-amz-json-1.0';
const TARGET_PREFIX = 'GraniteServiceVersion20100801.';

const inflate = promisify(gunzip);

/** A call in AwsJson 1.0, the protocol of AWS's SDKs and its command line for CloudWatch. */
export interface Call {
  readonly operation: string;
  readonly body: unknown;
}

/**
 * Reads a call to its end.
 * @throws ServiceError for another protocol, a body that is too large or not JSON.
 */
export async function readCall(request: IncomingMessage): Promise<Call> {
  const raw = await readBody(request);
  const target = request.headers['x-amz-target'];
  if (typeof target !== 'string' || !target.startsWith(TARGET_PREFIX)) {
    throw unknownOperation(`No operation: x-amz-target must begin with ${TARGET_PREFIX} (AwsJson 1.0).`);
  }
  return { operation: target.slice(TARGET_PREFIX.length), body: parseJson(await decompress(request, raw)) };
}

/** Answers a call with 200 and the output shape. */
export function writeOutput(response: ServerResponse, output: unknown): void {
  write(response, 200, {}, output);
}

/** Answers a call with an error; the extra header is what clients in query mode name the error by. */
export function writeError(response: ServerResponse, error: ServiceError): void {
  const blame = error.status < 500 ? 'Sender' : 'Receiver';
  const headers = { 'x-amzn-query-error': `${error.queryCode};${blame}` };
  write(response, error.status, headers, { __type: `com.amazonaws.cloudwatch#${error.type}`, message: error.message });
}

function write(response: ServerResponse, status: number, headers: Record<string, string>, body: unknown): void {
  if (response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': CONTENT_TYPE,
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(text);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAXIMUM_BODY) throw tooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

async function decompress(request: IncomingMessage, raw: Buffer): Promise<Buffer> {
  if (request.headers['content-encoding'] !== 'gzip') return raw;
  try {
    return await inflate(raw, { maxOutputLength: MAXIMUM_BODY });
  } catch (cause) {
    throw isBufferTooLarge(cause) ? tooLarge() : validationError('The body is not gzip.');
  }
}

function parseJson(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    throw new ServiceError('SerializationException', 'SerializationException', 400, 'The body is not JSON.');
  }
}

function isBufferTooLarge(cause: unknown): boolean {
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
}

function tooLarge(): ServiceError {
  return new ServiceError('RequestEntityTooLargeException', 'RequestEntityTooLarge', 413, 'Request size exceeded 1 MB.');
}
