import { html } from '../escape';

/** One column of a table: its header, and whether it holds numbers. */
export interface Column {
  readonly header: string;
  readonly number?: boolean;
}

/** Text with our own `code` in backticks; everything is escaped first. */
export function prose(text: string, max?: number): string {
  return text
    .split('`')
    .map((part, i) => (i % 2 === 1 ? `<code>${html(part, max)}</code>` : spaced(part, max)))
    .join('');
}

/** A table with header cells in the first row and, in each further row, as its first cell. Cells are ready markup. */
export function dataTable(caption: string, columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const head = columns.map(({ header, number }) => `<th scope="col"${number ? ' class="number"' : ''}>${header}</th>`).join('');
  const body = rows.map(
    (cells) =>
      `<tr>${cells.map((cell, i) => (i === 0 ? `<th scope="row">${cell}</th>` : `<td${columns[i]?.number ? ' class="number"' : ''}>${cell}</td>`)).join('')}</tr>`,
  );
  return `<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}

export function definitions(pairs: readonly (readonly [string, string])[]): string {
  return `<dl>${pairs.map(([term, text]) => `<dt>${term}</dt><dd>${text}</dd>`).join('\n')}</dl>`;
}

/** Keeps the blank beside a code part, which escaping would trim. */
function spaced(part: string, max?: number): string {
  const text = html(part, max);
  return `${/^\s/.test(part) ? ' ' : ''}${text}${/\S\s+$/.test(part) ? ' ' : ''}`;
}
