import type { Chart, ChartLine } from '../charts/chart';
import { PATTERNS } from '../charts/palette';
import { chartNumber, chartSvg } from '../charts/svg';
import { html } from '../escape';
import { formatClock, formatInstant } from '../times';
import { dataTable } from './markup';

/** A chart with its legend above, how to read it below, and its datapoints one click away. */
export function figure(chart: Chart): string {
  const levels = chart.levels.map(({ label, kind, value }) => legendItem(`${label} ${chartNumber(chart.unit, value)}`, kind));
  const items = [...chart.lines.map(({ label, role }) => legendItem(label, role)), ...levels];
  return [
    `<figure id="${chart.id}"><h3>${html(chart.title)}</h3>`,
    `<ul class="legend">${items.join('')}</ul>`,
    chartSvg(chart),
    `<figcaption>${html(chart.note)} Times are UTC, ${formatInstant(chart.drawn.start).slice(0, 10)}; gaps are missing datapoints.`,
    `<details><summary>Datapoints</summary>${datapoints(chart)}</details></figcaption></figure>`,
  ].join('\n');
}

function legendItem(label: string, role: ChartLine['role'] | 'limit' | 'floor'): string {
  const pattern = PATTERNS[role];
  const dashes = pattern === 0 ? '' : ` stroke-dasharray="${pattern.join(' ')}"`;
  return `<li><svg viewBox="0 0 35 10" aria-hidden="true"><path d="M0 5H35" stroke="var(--chart-${role})" stroke-width="2.5" fill="none"${dashes}/></svg>${html(label, 100)}</li>`;
}

/** One table per period length, because the lines of a chart may come from different sources. */
function datapoints(chart: Chart): string {
  const periods = [...new Set(chart.lines.map(({ timeline }) => timeline.periodMs))];
  return periods
    .map((periodMs) => {
      const lines = chart.lines.filter(({ timeline }) => timeline.periodMs === periodMs);
      const columns = lines.map(({ timeline }) => new Map(timeline.points));
      const times = [...new Set(lines.flatMap(({ timeline }) => timeline.points.map(([at]) => at)))].sort((a, b) => a - b);
      const rows = times.map((at) => [formatClock(at), ...columns.map((column) => cell(chart, column.get(at)))]);
      return dataTable(
        `every ${periodMs / 1000} s`,
        [{ header: 'UTC' }, ...lines.map(({ label }) => ({ header: html(label, 100), number: true }))],
        rows,
      );
    })
    .join('\n');
}

function cell(chart: Chart, value: number | null | undefined): string {
  return value === null || value === undefined ? 'missing' : chartNumber(chart.unit, value);
}
