import type { Description } from './description';
import type { Faults } from './faults';
import type { GithubState } from './state';

/** A request as a test reads it. */
export interface RequestRecord {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Null when the description has no such operation. */
  readonly operationId: string | null;
  /** Null when the connection was reset. */
  readonly status: number | null;
  readonly body: unknown;
}

/** What one server holds. */
export interface Desk {
  readonly description: Description;
  readonly state: GithubState;
  readonly faults: Faults;
  readonly requests: RequestRecord[];
  readonly problems: string[];
  readonly changes: { readonly operationId: string; readonly change: (state: GithubState) => void }[];
  url: string;
  /** Of what `Call.next` gave out. */
  count: number;
}
