/** Markdown as GitHub reads it, from parts that are already escaped. */

/** A table; cells are escaped by the caller and hold no newline. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], alignment = ''): string {
  const rule = header.map((_, i) => (alignment[i] === 'r' ? '---:' : '---'));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A section that a reader opens. The blank lines make GitHub read its content as Markdown. */
export function details(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

export type Alert = 'CAUTION' | 'WARNING' | 'IMPORTANT' | 'NOTE' | 'TIP';

/** A coloured block; its first line names the kind in words on GitHub. */
export function alert(kind: Alert, lines: readonly string[]): string {
  return [`> [!${kind}]`, ...lines.flatMap((line) => line.split('\n')).map((line) => `> ${line}`.trimEnd())].join('\n');
}

/** Blocks of a sparkline in code, so that their width does not depend on the font. */
export function blocks(shape: string | null): string {
  return shape === null ? '–' : `\`${shape}\``;
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
