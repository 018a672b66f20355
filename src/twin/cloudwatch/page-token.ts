import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalidNextToken } from './service-error';

/** Where a listing goes on. `asOf` freezes ingestion, so that a period arriving between two pages shifts no offset. */
export interface Page {
  readonly offset: number;
  /** Epoch milliseconds of the first page. */
  readonly asOf: number;
}

const tokenSchema = z.object({ offset: z.number().int().nonnegative(), asOf: z.number(), request: z.string() });

/** @param request The request without its token: a token continues only the request that it was made for. */
export function writePageToken(page: Page, request: unknown): string {
  return Buffer.from(JSON.stringify({ ...page, request: digestOf(request) })).toString('base64url');
}

/**
 * @param token Undefined for the first page.
 * @throws ServiceError InvalidNextToken for a token of another request, or of nobody's making.
 */
export function readPageToken(token: string | undefined, request: unknown, now: number): Page {
  if (token === undefined) return { offset: 0, asOf: now };
  const parsed = tokenSchema.safeParse(decode(token));
  if (!parsed.success || parsed.data.request !== digestOf(request)) throw invalidNextToken();
  return { offset: parsed.data.offset, asOf: parsed.data.asOf };
}

function decode(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function digestOf(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url');
}
