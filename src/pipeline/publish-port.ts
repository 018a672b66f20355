import type { IncludedPull, Review } from '../report/delivery';

/** A pull request as GitHub knows it. */
export interface PublishedPull extends IncludedPull {
  /** The commit that its merge made; null while it is open. */
  readonly mergeCommit: string | null;
}

/** What came of one comment. A failure is data: it never changes a verdict. */
export interface CommentOutcome {
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'failed' | 'none';
  readonly url: string | null;
  /** Why it failed, with what to do about it. */
  readonly reason: string | null;
}

/** Makes the comment's text from the one that stands there, null when there is none. Null: nothing is written. */
export type ComposeComment = (existing: string | null) => string | null;

/** The run that publishes. */
export interface PublishingRun {
  readonly url: string;
  readonly actor: string;
  /** Of the event; null for one that has none. */
  readonly pull: number | null;
  /** The event is that of a pull request whose head is in another repository: the token may not write. */
  readonly fork: boolean;
  readonly commit: string;
}

/** What publishing needs of GitHub. Everything but `comment` may throw; what it threw is told as a warning. */
export interface PublishingGithub {
  readonly run: PublishingRun;
  /** Merged and open pull requests that a commit belongs to. */
  pullsOf(commit: string): Promise<readonly PublishedPull[]>;
  /** All pull requests between two commits; `cut` when there are more commits than were looked at. */
  pullsBetween(base: string, head: string): Promise<{ readonly pulls: readonly PublishedPull[]; readonly cut: boolean }>;
  /** Commit of the latest successful deployment that is of another commit than this; null when there is none. */
  deployedBefore(environment: string, commit: string): Promise<string | null>;
  /** What reviewers answered to this run's request for approval. */
  reviews(): Promise<readonly Review[]>;
  comment(pull: number, marker: string, compose: ComposeComment): Promise<CommentOutcome>;
}
