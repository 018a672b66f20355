/** How a candidate's commit stands to the one that production runs. Told by ancestry, never by clocks. */
export type Lineage =
  /** Production runs nothing that the ledger knows. */
  | 'first'
  | 'same'
  | 'descends'
  /** Production runs a descendant of the candidate. */
  | 'ancestor'
  | 'diverged'
  /** GitHub does not know the commit that production runs, or it shares no history with the candidate's: nobody can tell. */
  | 'unknown';

/** Who wrote a commit, or part of it. */
export interface CommitAuthor {
  readonly commit: string;
  /** A co-author is whoever a `Co-authored-by` line names: a person, or a program that has no account. */
  readonly as: 'author' | 'co-author';
  /** Null when GitHub knows no account for the address. */
  readonly login: string | null;
}

/** The run that asks for a promotion. */
export interface RunFacts {
  readonly id: number;
  readonly attempt: number;
  readonly url: string;
  /** `push`, `workflow_dispatch`, ... */
  readonly event: string;
  /** Who began the run, and who began this attempt of it. */
  readonly actor: string;
  readonly triggeringActor: string;
  readonly headBranch: string;
  readonly headSha: string;
  /** The file that the run is of, from the root of the repository. */
  readonly workflow: string;
}

/** Who wrote some commits, as far as GitHub tells. */
export interface Authorship {
  readonly authors: readonly CommitAuthor[];
  /** False when GitHub lists fewer commits than there are: others may have written the rest. */
  readonly authorsComplete: boolean;
}

/** What GitHub knows of the deployment environment whose reviewers approve. */
export interface ApprovalEnvironment {
  readonly name: string;
  readonly exists: boolean;
  /** Required reviewers; 0 when it is unprotected. */
  readonly reviewers: number;
  readonly preventSelfReview: boolean;
  readonly adminsMayBypass: boolean;
}

/** What was said to one run's request for approval. The list of GitHub names no attempt. */
export interface ApprovalReview {
  readonly who: string;
  readonly state: 'approved' | 'rejected';
  readonly comment: string;
}

export interface ApprovalFacts {
  readonly environment: ApprovalEnvironment;
  readonly reviews: readonly ApprovalReview[];
  /** Whether the approving job ran, and ended well, in this very attempt: one that was carried over from an earlier attempt did not. */
  readonly jobOfThisAttempt: boolean;
}

/** Everything that the promotion guard believes of GitHub. Gathered at once, just before it is asked. */
export interface DeliveryFacts extends Authorship {
  readonly run: RunFacts;
  /** What was filled in by hand when the run was begun; empty unless it was. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly defaultBranch: string;
  /** The candidate's commit. */
  readonly commit: string;
  /** Whether the default branch holds it. A commit of any other branch, or of a fork, is known to GitHub as well, and nobody reviewed it. */
  readonly onDefaultBranch: boolean;
  /** Whether the branch that a hotfix is said to come from holds it; null when no branch was named. */
  readonly onNamedBranch: boolean | null;
  /** The authors are those of all commits that production does not have; of the candidate's alone when there is no lineage. */
  readonly lineage: Lineage;
  readonly approval: ApprovalFacts;
}
