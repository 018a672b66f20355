/** How much of what `tidegate init` wrote a person has to touch. */

/** What no project can use as it is: a name to be filled in. */
const PLACEHOLDER = /\b(?:OWNER|COMMIT|TODO|CHANGEME|REPLACE_ME)\b|<[A-Z][A-Z_-]+>/;

/** @returns the lines with a name in them that somebody would have to fill in */
export function placeholdersIn(text: string): readonly string[] {
  return text.split('\n').filter((line) => PLACEHOLDER.test(line));
}

/** @returns how many lines are new or changed; one that was moved and is otherwise the same is none */
export function editedLines(before: string, after: string): number {
  const left = new Map<string, number>();
  for (const line of before.split('\n')) left.set(line, (left.get(line) ?? 0) + 1);
  return after.split('\n').filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  }).length;
}

export interface Edits {
  /** What `init` says to look at. */
  readonly asked: readonly string[];
  readonly placeholders: readonly string[];
  /** Lines that were changed before it worked. */
  readonly made: number;
}

/** Somebody who changes more than they were told to was told too little: the larger number counts. */
export function editsNeeded({ asked, placeholders, made }: Edits): number {
  return Math.max(asked.length + placeholders.length, made);
}
