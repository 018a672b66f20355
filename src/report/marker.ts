import { markerPart } from './escape';

/** Which of our comments of a pull request is meant: one per workflow and tier. */
export interface CommentName {
  readonly workflow?: string;
  readonly tier?: string;
}

/** The first line of a comment, by which it is found again. */
export function commentMarker({ workflow = 'pipeline', tier = 'staging' }: CommentName = {}): string {
  return `<!-- tidegate:v1:${markerPart(workflow)}:${markerPart(tier)} -->`;
}

/** The comment that tells of a changed policy; it belongs to no tier. */
export const POLICY_COMMENT = { workflow: 'policy', tier: 'gates' } as const satisfies CommentName;

/** What a comment says of itself to whoever has to rewrite it. */
export interface CommentState {
  /** Of the promotion; where none was asked for, the verdict. */
  readonly state: string;
  readonly commit: string;
}

/** The second line of a comment. It holds nothing but letters, digits and hyphens from outside. */
export function stateLine({ state, commit }: CommentState): string {
  return `<!-- tidegate-state:${markerPart(state)}:${markerPart(commit)} -->`;
}

/** What our own comment says of itself; null when it says nothing. */
export function readState(body: string): CommentState | null {
  const [, second = ''] = body.split(/\r?\n/);
  const match = /^<!-- tidegate-state:([a-z0-9-]+):([a-z0-9-]+) -->$/.exec(second);
  return match?.[1] === undefined || match[2] === undefined ? null : { state: match[1], commit: match[2] };
}

/** A run that is under way: if a newer candidate speaks before it does, it was cancelled and never will. */
const UNDER_WAY: readonly string[] = ['queued', 'deploying', 'testing'];
/** A candidate that a person may still approve. */
const OPEN: readonly string[] = ['passed', 'awaiting-approval'];

export function isUnderWay({ state }: CommentState): boolean {
  return UNDER_WAY.includes(state);
}

export function isOpen({ state }: CommentState): boolean {
  return OPEN.includes(state);
}
