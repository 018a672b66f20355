import type { GithubStateInput } from '../../test/support/github/state';
import type { Files, WorkingCopy } from './working-copy';

export type JobEnd = 'success' | 'failure' | 'skipped';

/** One run of one workflow, and everything it must leave behind. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  readonly workflow: string;
  readonly event: string;
  readonly actor: string;
  /** Added to what every event carries; GitHub sends the inputs of a dispatch as text. */
  readonly payload: (copy: WorkingCopy) => object;
  /** What the commit under test changes. */
  readonly candidate: Files;
  readonly github: (copy: WorkingCopy) => GithubStateInput;
  readonly variables: Readonly<Record<string, string>>;
  /** Puts into the state directory what earlier runs would have left there. */
  readonly seed?: 'two-promotions';
  readonly expected: Expected;
}

export interface Expected {
  /** By name, a called job as `calling job/job`. Other jobs may end as they like. */
  readonly jobs: Readonly<Record<string, JobEnd>>;
  /** Each must be in what the steps wrote for people to read. */
  readonly summary: readonly RegExp[];
  /** Each must be in the one comment that the pull request has in the end; null: no comment, and none was tried. */
  readonly comment: readonly RegExp[] | null;
  /** What the comment said on the way, each behind the one before. */
  readonly said?: readonly RegExp[];
  /** Kinds of the ledger's events that must be there, and that must not. */
  readonly ledger?: { readonly has: readonly string[]; readonly lacks: readonly string[] };
}
