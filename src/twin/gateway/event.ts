import type { IncomingHttpHeaders } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** What the gateway knows of one request when it builds the event. */
export interface GatewayRequest {
  readonly requestId: string;
  readonly method: string;
  /** Path and query as the client sent them. */
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  readonly sourceIp: string;
  readonly body: Buffer;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly traceId: string;
}

export interface ApiIdentity {
  readonly apiId: string;
  readonly stage: string;
  readonly region: string;
}

/** The account number of AWS's own examples: the twin has none. */
const ACCOUNT_ID = '123456789012';

/**
 * The event of an HTTP API's default route in payload format 2.0
 * (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 */
export function toEvent(request: GatewayRequest, api: ApiIdentity): APIGatewayProxyEventV2 {
  const [rawPath = '/', ...rest] = request.url.split('?');
  const rawQueryString = rest.join('?');
  const { cookie, ...headers } = joinHeaders(request.headers);
  const domainName = `${api.apiId}.execute-api.${api.region}.amazonaws.com`;
  const query = joinQuery(rawQueryString);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    headers: {
      ...headers,
      'x-amzn-trace-id': request.traceId,
      'x-forwarded-for': request.sourceIp,
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    ...(query === null ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: ACCOUNT_ID,
      apiId: api.apiId,
      domainName,
      domainPrefix: api.apiId,
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: '$default',
      stage: api.stage,
      time: commonLogTime(new Date(request.receivedAt)),
      timeEpoch: request.receivedAt,
    },
    ...encodeBody(request.body, request.headers),
  };
}

function joinHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name] = Array.isArray(value) ? value.join(',') : value;
  }
  return joined;
}

function joinQuery(rawQueryString: string): Record<string, string> | null {
  if (rawQueryString === '') return null;
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

const TEXT_TYPE = /^(text\/|application\/(json|xml|javascript|[^;]+\+(json|xml))\b)/i;

function encodeBody(body: Buffer, headers: IncomingHttpHeaders): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = headers['content-type'] ?? 'text/plain';
  const isText = headers['content-encoding'] === undefined && TEXT_TYPE.test(type);
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(date: Date): string {
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`;
}
