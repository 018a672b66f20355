import * as z from 'zod/mini';
import { accept, type Parsed, refuse } from './parsed';
import { badRequest, type FieldError, problem } from './problem';
import type { ApiRequest } from './request';

/** Longest request body in bytes. */
export const MAX_BODY_BYTES = 16 * 1024;

/**
 * Checks a part of a request.
 *
 * @param at name of the part when the fault is in no field of it
 */
export function parse<T>(schema: z.ZodMiniType<T>, value: unknown, at: string): Parsed<T> {
  const result = z.safeParse(schema, value);
  if (result.success) return accept(result.data);
  return refuse(badRequest(result.error.issues.map((issue) => fieldError(issue, at))));
}

/** Reads a JSON body: 413 when it is too large, 400 when it is no JSON or does not fit. */
export function parseBody<T>(schema: z.ZodMiniType<T>, request: ApiRequest): Parsed<T> {
  const text = bodyText(request);
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) return refuse(problem(413, `The body may have ${MAX_BODY_BYTES} bytes at most.`));
  const value = readJson(text);
  return value === undefined ? refuse(badRequest([{ field: 'body', message: 'must be JSON' }])) : parse(schema, value, 'body');
}

/** @returns undefined for what is no JSON: JSON itself has no such value */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bodyText(request: ApiRequest): string {
  const body = request.body ?? '';
  return request.isBase64 ? Buffer.from(body, 'base64').toString('utf8') : body;
}

/** An unknown key is named itself, not the object that holds it. */
function fieldError(issue: z.core.$ZodIssue, at: string): FieldError {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  return { field: path.length === 0 ? at : path.map(String).join('.'), message: issue.message };
}
