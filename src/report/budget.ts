/** A part of a report that can be shown in full, shorter, or not at all. */
export interface Section {
  /** What the reader is told when it was shortened. */
  readonly name: string;
  /** 0 is never given up; the highest number goes first. */
  readonly priority: number;
  /** From full to smallest; an empty last form means that the section may go. Each is complete markup. */
  readonly forms: readonly [string, ...string[]];
}

const SEPARATOR = '\n\n';

export interface Budget {
  readonly limit: number;
  readonly measure: (text: string) => number;
}

/** A comment may hold 65,536 characters; the rest is left for whoever adds a line to it. Counted in UTF-16 units, which are never fewer. */
export const COMMENT_BUDGET: Budget = { limit: 60_000, measure: (text) => text.length };

/** A step summary may hold 1 MiB. */
export const SUMMARY_BUDGET: Budget = { limit: 900 * 1024, measure: (text) => Buffer.byteLength(text, 'utf8') };

/**
 * Joins sections within a budget. Whole forms are exchanged, least important section first, so markup is never cut.
 * @param note what to write when something was shortened, given the names of those sections
 * @throws RangeError when even the smallest forms are too large: the fixed parts have bounded fields, so that is a fault
 */
export function joinWithin(
  sections: readonly Section[],
  { limit, measure }: Budget,
  note: (shortened: readonly string[]) => string,
): string {
  const level = sections.map(() => 0);
  const form = (i: number): string => sections[i]?.forms[level[i] ?? 0] ?? '';
  const noteNow = (): string => {
    const names = sections.filter((_, i) => (level[i] ?? 0) > 0).map(({ name }) => name);
    return names.length === 0 ? '' : note(names);
  };
  // Sizes are kept per form, because joining everything again for each exchange would take time with its square.
  const sizes = sections.map((_, i) => measured(form(i), measure));
  const total = (): number => sizes.reduce((sum, size) => sum + size, 0) + measured(noteNow(), measure);
  const order = sections.map(({ priority }, index) => ({ priority, index })).sort((a, b) => b.priority - a.priority || b.index - a.index);
  for (const { priority, index } of order) {
    const last = (sections[index]?.forms.length ?? 1) - 1;
    while (priority > 0 && (level[index] ?? 0) < last && total() > limit) {
      level[index] = (level[index] ?? 0) + 1;
      sizes[index] = measured(form(index), measure);
    }
  }
  if (total() > limit) throw new RangeError(`the smallest report has ${total()} of ${limit}`);
  const parts = [...sections.map((_, i) => form(i)), noteNow()];
  return `${parts.filter((part) => part !== '').join(SEPARATOR)}\n`;
}

/** Size with what follows it: the separator, or the newline at the end, which is smaller. */
function measured(text: string, measure: Budget['measure']): number {
  return text === '' ? 0 : measure(text) + SEPARATOR.length;
}
