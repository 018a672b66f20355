import type { GithubState } from './state';

/** One request, as far as an operation looks at it. */
export interface Call {
  readonly state: GithubState;
  /** Where this server is, without a slash at the end. */
  readonly url: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** @returns 1, 2, 3, ... over the life of the server. */
  readonly next: () => number;
  /** Notes what GitHub would let pass and ours must not do. */
  readonly complain: (what: string) => void;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface OperationRule {
  /** One of these permissions is enough; none for what every token may do. */
  readonly needs: readonly string[];
  readonly access: 'read' | 'write';
  readonly answer: (call: Call) => Answer;
}

/** By the names of the description. */
export type Operations = Readonly<Record<string, OperationRule>>;

const DOCUMENTATION = 'https://docs.github.com/rest';

export function refuse(status: number, message: string, more: Readonly<Record<string, unknown>> = {}): Answer {
  return { status, body: { message, ...more, documentation_url: DOCUMENTATION, status: String(status) } };
}

export const NOT_FOUND: Answer = refuse(404, 'Not Found');

/** An operation that reads, with one permission. */
export function reads(needs: string, answer: OperationRule['answer']): OperationRule {
  return { needs: [needs], access: 'read', answer };
}

export function ok(body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, body, headers };
}

/** @returns what the function makes of the thing, or GitHub's 404 when there is none. */
export function found<T>(thing: T | undefined, answer: (thing: T) => Answer): Answer {
  return thing === undefined ? NOT_FOUND : answer(thing);
}
