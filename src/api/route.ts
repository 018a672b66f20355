import type { Answer } from './answer';
import type { ApiRequest } from './request';
import type { Store } from './store';

/** What a route works with. */
export interface RouteCall {
  readonly request: ApiRequest;
  /** Values of the path's `{names}`, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly store: Store;
  /** `performance.now()` at which an answer must be on its way. */
  readonly deadline: number;
}

export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** E.g. `/v1/profiles/{userId}`. */
  readonly path: string;
  readonly handle: (call: RouteCall) => Answer | Promise<Answer>;
}
