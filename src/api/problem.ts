import type { Answer } from './answer';

/** One field of a request that could not be taken. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

const TITLES = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

export type ProblemStatus = keyof typeof TITLES;

interface Extras {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Seconds after which a client may try again when the cache did not answer. */
const RETRY_AFTER_SECONDS = 1;

/** An error as `application/problem+json` (RFC 9457). */
export function problem(status: ProblemStatus, detail: string, extras: Extras = {}): Answer {
  const { errors, headers } = extras;
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify({ type: 'about:blank', title: TITLES[status], status, detail, ...(errors === undefined ? {} : { errors }) }),
  };
}

export function badRequest(errors: readonly FieldError[]): Answer {
  return problem(400, errors.map((error) => `${error.field}: ${error.message}`).join('; '), { errors });
}

export function cacheUnavailable(): Answer {
  return problem(503, 'The cache did not answer in time. Try again.', { headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } });
}

export function internalError(): Answer {
  return problem(500, 'The request failed for a reason that is not its own.');
}
