import type { Outcome } from './outcome';

/** A Markdown table, one row a scenario: what had to happen, how its jobs ended, what was wrong. */
export function printTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ name, what, jobs, wrong, seconds }) => {
    const ended = (end: string) => Object.keys(jobs).filter((job) => jobs[job] === end);
    const red = ended('failure');
    const skipped = ended('skipped');
    return [
      name,
      what,
      `${ended('success').length} green${red.length === 0 ? '' : `, red: ${red.join(', ')}`}${skipped.length === 0 ? '' : `, skipped: ${skipped.join(', ')}`}`,
      `${seconds} s`,
      wrong.length === 0 ? 'yes' : `NO: ${wrong.join('; ')}`,
    ];
  });
  const head = ['scenario', 'what it shows', 'jobs', 'time', 'as expected'];
  return `${[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}
