import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Answer } from '../../src/api/answer';
import { createHandler } from '../../src/api/create-handler';
import type { InvokedFunction } from '../../src/api/runtime-metrics';
import type { Store } from '../../src/api/store';

interface Extra {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly stage?: string;
}

/** An HTTP API event of payload format 2.0, as far as a function may rely on it. */
export function eventOf(method: string, target: string, extra: Extra = {}): APIGatewayProxyEventV2 {
  const { body, headers = {}, stage = '$default' } = extra;
  const url = new URL(target, 'https://api.example');
  const http = { method, path: url.pathname, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' };
  const requestContext = { accountId: 'anonymous', apiId: 'api', domainName: 'api.example', domainPrefix: 'api', requestId: 'r' };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: target.split('?')[0] ?? target,
    rawQueryString: url.search.slice(1),
    headers,
    ...(url.search === '' ? {} : { queryStringParameters: Object.fromEntries(url.searchParams) }),
    requestContext: { ...requestContext, http, routeKey: '$default', stage, time: '', timeEpoch: 0 },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    isBase64Encoded: false,
  };
}

export function contextOf(remainingMs = 3000): Context {
  return { functionName: 'check-in', functionVersion: '7', getRemainingTimeInMillis: () => remainingMs } as Context;
}

const unasked = () => Promise.reject(new Error('the store was asked'));

/** A store that answers what a test needs and fails the test on anything else. */
export function storeOf(parts: Partial<Store> = {}): Store {
  return {
    ping: unasked,
    readProfile: unasked,
    writeProfile: unasked,
    checkIn: unasked,
    checkIns: unasked,
    leaderboard: unasked,
    ...parts,
  };
}

/** The API on a store, without metrics, and what it logged. */
export function apiOn(store: Store, remainingMs?: number) {
  const logged: string[] = [];
  const published: (readonly [string, number])[] = [];
  const logger = new Logger({ serviceName: 'test' });
  logger.warn = (message) => void logged.push(`warn ${String(message)}`);
  logger.error = (message, ...more) => void logged.push(`error ${String(message)} ${JSON.stringify(more, errorsAsText)}`);
  const tally = { lost: () => undefined, take: () => ({ connects: 0, reconnects: 0, connectTimesMs: [] }) };
  const metrics = { tally, publish: (invoked: InvokedFunction, status: number) => void published.push([invoked.functionVersion, status]) };
  const handler = createHandler({ store, metrics, logger });
  const call = (method: string, target: string, extra?: Extra) => handler(eventOf(method, target, extra), contextOf(remainingMs));
  return { call, handler, logged, published };
}

function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? value.message : value;
}

export function bodyOf(answer: Answer): unknown {
  return JSON.parse(answer.body);
}
