import type { RunOutcome } from './outcome';

/** A Markdown table, one row a run: what was declared, what happened, which other gates fired. */
export function printTable(outcomes: readonly RunOutcome[]): string {
  const rows = outcomes.map(({ name, expected, code, verdict, promotion, failed, inconclusive, asDeclared, seconds }) => {
    const others = failed.filter((id) => id !== expected);
    const open = inconclusive.map((id) => `${id} (?)`);
    return [
      name,
      expected,
      `${verdict}, ${promotion}`,
      String(code),
      [...others, ...open].join(', ') || '-',
      `${seconds} s`,
      asDeclared ? 'yes' : 'NO',
    ];
  });
  const head = ['release', 'must end as', 'ended as', 'exit', 'other gates that fired', 'time', 'as declared'];
  return `${[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}
