import type { ReportLink } from './links';

/** A pull request that ships with a candidate. Title and author come from outside. */
export interface IncludedPull {
  readonly number: number;
  readonly title: string;
  /** Null when its account is gone. */
  readonly author: string | null;
}

/** A person's answer to the request for approval. */
export interface Review {
  readonly who: string;
  readonly state: 'approved' | 'rejected';
  readonly comment: string;
}

/** How people say yes here, and to whom the words are addressed. */
export type ApprovalWay =
  | { readonly mode: 'environment'; readonly environment: string }
  | { readonly mode: 'dispatch'; readonly approvers: readonly string[] };

/** A release that came by the short lane: what is still owed is said until it is done. */
export interface Hotfix {
  readonly who: string;
  readonly reason: string;
  readonly branch: string;
  /** Whether the full qualification has been appended. */
  readonly qualified: boolean;
}

/** Who made the files that a report is drawn from. */
export type Origin =
  /** The delivery of the default branch: what the promotion guard believes. */
  | 'delivery'
  /** Code that nobody has reviewed yet: it may claim anything about itself, so it promotes and overrides nothing. */
  | 'pull-request';

/** What is known beside a gate report, raw: each renderer escapes it. */
export interface DeliveryNotes {
  readonly origin?: Origin;
  readonly links?: readonly ReportLink[];
  /** Every pull request between what production ran and the candidate; one alone is no batch. */
  readonly included?: readonly IncludedPull[];
  /** There are more commits than were looked at. */
  readonly includedCut?: boolean;
  readonly approval?: ApprovalWay;
  readonly reviews?: readonly Review[];
  readonly hotfix?: Hotfix;
  /** One sentence of our own on where this stands. */
  readonly remark?: string;
  /** One line each, about the report's files themselves: what did not fit together. */
  readonly doubts?: readonly string[];
}
