import type { IncomingMessage } from 'node:http';
import { readJson } from './aws-replay-json';
import { scalar } from './aws-replay-query';
import { type ServiceModel, shapeOf } from './service-model';

/** Which operation of a REST service a request asks for, and what its path says. */
export interface RestRoute {
  readonly operation: string;
  /** Labels of the path (`FunctionName`), decoded. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Of the operations whose method, path and fixed query fit, the one with the longest fixed part. */
export function restRoute(model: ServiceModel, request: IncomingMessage): RestRoute {
  const { pathname, searchParams } = urlOf(request);
  const fitting = Object.entries(model.operations).flatMap(([operation, { http }]) => {
    const [path = '', query = ''] = http.requestUri.split('?');
    const found = http.method === request.method ? pathPattern(path).exec(pathname) : null;
    if (found === null || ![...new URLSearchParams(query).keys()].every((key) => searchParams.has(key))) return [];
    const labels = Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]));
    return [{ operation, labels, fixed: http.requestUri.replace(/\{[^}]*\}/g, '').length }];
  });
  const [best] = fitting.sort((a, b) => b.fixed - a.fixed);
  return best ?? { operation: `${request.method} ${pathname}`, labels: {} };
}

function pathPattern(path: string): RegExp {
  const escaped = path.replace(/[.\\^$*()[\]|]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\{(\w+)\+\}/g, '(?<$1>.+)').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`);
}

/** The input of a REST-JSON operation, put together from path, query, headers and body. */
export function restInput(model: ServiceModel, inputShape: string, { labels }: RestRoute, request: IncomingMessage, body: string): unknown {
  const { searchParams } = urlOf(request);
  const elsewhere: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(shapeOf(model, inputShape).members)) {
    const key = member.locationName ?? name;
    const header = request.headers[key.toLowerCase()];
    if (member.location === 'uri') elsewhere[name] = labels[key];
    else if (member.location === 'header' && header !== undefined) elsewhere[name] = String(header);
    else if (member.location === 'querystring' && searchParams.has(key))
      elsewhere[name] = queryValue(model, member.shape, searchParams.getAll(key));
  }
  const parsed: unknown = body === '' ? {} : JSON.parse(body);
  return { ...Object(readJson(model, inputShape, parsed)), ...elsewhere };
}

function queryValue(model: ServiceModel, shapeName: string, texts: readonly string[]): unknown {
  const { type } = shapeOf(model, shapeName);
  return type === 'list' ? texts : scalar(type, texts[0] ?? '');
}

function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://localhost');
}
