import type { IncomingHttpHeaders } from 'node:http';
import type { Operation, Request } from 'openapi-backend';
import { z } from 'zod';
import type { Call, OperationRule } from './call';
import type { Desk } from './desk';
import { OPERATIONS } from './operations';

export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request whose operation the description has. */
export interface Known {
  readonly operation: Operation;
  readonly operationId: string;
  readonly rule: OperationRule;
  readonly request: Request;
  readonly call: Call;
}

const objectSchema = z.record(z.string(), z.unknown());

/** @returns null for an operation that the description does not have. `target` as `encodedTail` left it. */
export function recognise(desk: Desk, { method, headers }: RawRequest, target: string, body: unknown): Known | null {
  const [path = '', query = ''] = target.split('?');
  const request: Request = {
    method,
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value ?? ''])),
    ...(body === undefined ? {} : { body }),
  };
  const operation = desk.description.match(request);
  const operationId = operation?.operationId;
  const rule = OPERATIONS[operationId ?? ''];
  if (operation === undefined || operationId === undefined || rule === undefined) return null;
  const call: Call = {
    state: desk.state,
    url: desk.url,
    path,
    params: desk.description.parameters(request, operation),
    query: new URLSearchParams(query),
    body: objectSchema.catch({}).parse(body),
    next: () => {
      desk.count += 1;
      return desk.count;
    },
    complain: (what) => desk.problems.push(`${operationId}: ${what}`),
  };
  return { operation, operationId, rule, request, call };
}

/** The description's router takes one segment for a placeholder; GitHub takes the rest of the path for these. */
export function encodedTail(target: string): string {
  const [path = '', query] = target.split('?');
  const encoded = path.replace(/^(\/repos\/[^/]+\/[^/]+\/(?:contents|compare)\/)(.+)$/, (_, start: string, tail: string) => {
    return start + tail.replaceAll('/', '%2F');
  });
  return query === undefined ? encoded : `${encoded}?${query}`;
}

export function parsedBody(text: string): { readonly value: unknown; readonly isJson: boolean } {
  if (text === '') return { value: undefined, isJson: true };
  try {
    return { value: JSON.parse(text), isJson: true };
  } catch {
    return { value: text, isJson: false };
  }
}
