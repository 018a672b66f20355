import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A request as routes see it. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | undefined;
  readonly isBase64: boolean;
}

const NOTHING = {};

/** Reads an HTTP API event of payload format 2.0. A stage that is not `$default` is taken off the path. */
export function requestOf(event: APIGatewayProxyEventV2): ApiRequest {
  const { http, stage } = event.requestContext;
  const prefix = `/${stage}/`;
  return {
    method: http.method,
    path: event.rawPath.startsWith(prefix) ? event.rawPath.slice(prefix.length - 1) : event.rawPath,
    query: event.queryStringParameters ?? NOTHING,
    headers: event.headers,
    body: event.body,
    isBase64: event.isBase64Encoded,
  };
}
