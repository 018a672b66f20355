/** A part of a report that can be shown in full, shorter, or not at all. */
export interface Section {
  /** What the reader is told when it was shortened. */
  readonly name: string;
  /** 0 is never given up; the highest number goes first. */
  readonly priority: number;
  /** From full to smallest; an empty last form means that the section may go. Each is complete markup. */
  readonly forms: readonly [string, ...string[]];
}

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
export function joinWithin(sections: readonly Section[], budget: Budget, note: (shortened: readonly string[]) => string): string {
  const level = sections.map(() => 0);
  const shortened = () => sections.filter((_, i) => (level[i] ?? 0) > 0).map(({ name }) => name);
  const render = (): string => {
    const parts = sections.map(({ forms }, i) => forms[level[i] ?? 0] ?? '');
    const names = shortened();
    return `${[...parts, names.length === 0 ? '' : note(names)].filter((part) => part !== '').join('\n\n')}\n`;
  };
  const order = sections
    .map((section, index) => ({ section, index }))
    .sort((a, b) => b.section.priority - a.section.priority || b.index - a.index);
  let text = render();
  for (const { section, index } of order) {
    while (budget.measure(text) > budget.limit && section.priority > 0 && (level[index] ?? 0) < section.forms.length - 1) {
      level[index] = (level[index] ?? 0) + 1;
      text = render();
    }
  }
  if (budget.measure(text) > budget.limit) throw new RangeError(`the smallest report has ${budget.measure(text)} of ${budget.limit}`);
  return text;
}
