import { html } from '../escape';
import type { GateRow } from '../model';
import { onRoute } from '../words';

const HEADERS = ['Verdict', 'Gate', 'Observed', 'Limit', 'Headroom', 'Shape', 'n'] as const;
const NUMBERS: readonly string[] = ['Observed', 'Limit', 'Headroom', 'n'];

/** Gates with limit beside value, each followed by its own sentence when `spoken`. */
export function gateTable(caption: string, rows: readonly GateRow[], spoken: boolean): string {
  const head = HEADERS.map((header) => `<th scope="col"${NUMBERS.includes(header) ? ' class="number"' : ''}>${header}</th>`).join('');
  const body = rows.map((row) => `${numbers(row, spoken)}${spoken ? sentence(row) : ''}`).join('\n');
  return `<div class="scroll" role="region" aria-label="${html(caption)}" tabindex="0"><table><caption>${html(caption)}</caption><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

function numbers({ stage, gate, mark, observed, limit, headroom, sample, shape }: GateRow, spoken: boolean): string {
  const kind = gate.mode === 'observe' ? 'observe' : gate.verdict;
  return [
    `<tr${spoken ? ' class="spoken"' : ''}>`,
    `<td class="word ${kind}"><span aria-hidden="true">${mark.icon}</span> ${mark.word}</td>`,
    `<th scope="row">${html(gate.id, 100)} <span class="muted">${stage.name}${onRoute(gate, html)}</span></th>`,
    `<td class="number">${html(observed, 60)}</td>`,
    `<td class="number">${html(limit, 60)}</td>`,
    `<td class="number">${html(headroom, 60)}</td>`,
    shape === null
      ? '<td class="shape">–</td>'
      : `<td class="shape"><code role="img" aria-label="course of the value, see the charts">${shape}</code></td>`,
    `<td class="number">${html(sample, 60)}</td>`,
    '</tr>',
  ].join('');
}

function sentence({ gate }: GateRow): string {
  return `\n<tr class="message"><td></td><td colspan="${HEADERS.length - 1}">${html(gate.message)} <span class="muted">Reason code: <code>${gate.reason}</code>. Measures <code>${html(gate.of, 200)}</code>.</span></td></tr>`;
}
