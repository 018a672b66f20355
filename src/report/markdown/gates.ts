import { code, markdown } from '../escape';
import type { GateRow } from '../model';
import { onRoute } from '../words';
import { blocks, table } from './markup';

const HEADER = ['Verdict', 'Gate', 'Observed', 'Limit', 'Headroom', 'Shape', 'n'];

/** Gates with limit beside value; the stage is named because gates of several stages share a table. */
export function gateTable(rows: readonly GateRow[]): string {
  return table(
    HEADER,
    rows.map((row) => [
      `${row.mark.icon}&nbsp;${row.mark.word.replaceAll(' ', '&nbsp;')}`,
      `${code(row.gate.id, 100)} (${row.stage.name}${onRoute(row.gate, code)})`,
      unbroken(row.observed),
      unbroken(row.limit),
      row.headroom,
      blocks(row.shape),
      markdown(row.sample, 60),
    ]),
    '--rrr-r',
  );
}

/** A number keeps its sign and unit beside it; longer words may break, or the table outgrows the page. */
function unbroken(text: string): string {
  return markdown(text, 60)
    .replace(/([≤≥]) /, '$1&nbsp;')
    .replace(/ (?=(%|s|ms|min)( |$))/, '&nbsp;');
}

/** One line per gate in its own words, with what to do. Steps are not repeated. */
export function gateSentences(rows: readonly GateRow[]): readonly string[] {
  const told = new Set<string>();
  return rows.map(({ stage, gate, next }) => {
    const step = next === null || told.has(next) ? '' : ` **Next:** ${stepMarkdown(next)}`;
    if (next !== null) told.add(next);
    return `${code(gate.id, 100)} (${stage.name}): ${markdown(gate.message)}${step}`;
  });
}

/** Our own sentences hold code in backticks and nothing else that Markdown reads. */
export function stepMarkdown(step: string): string {
  return step;
}
