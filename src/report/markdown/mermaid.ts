import type { Chart } from '../charts/chart';
import { mermaidLabel } from '../escape';
import type { TimePoint } from '../timelines';

const MAX_POINTS = 40;

/**
 * A chart as Mermaid `xychart-beta`, a decoration beside the numbers: some places do not draw it, and it cannot show a
 * gap, so periods without a datapoint are left out. Null below three datapoints.
 */
export function xyChart(chart: Chart): string | null {
  const main = chart.lines.find(({ role }) => role === 'main') ?? chart.lines[0];
  const start = Date.parse(chart.load.start);
  const known = (main?.timeline.points ?? []).filter((point): point is [number, number] => point[1] !== null && point[0] >= start);
  const shown = thinned(known);
  const first = shown[0];
  if (main === undefined || first === undefined || shown.length < 3) return null;
  const limit = chart.levels.find((level) => level.kind === 'limit' && level.window.start <= chart.load.start);
  const top = Math.max(...shown.map(([, value]) => value), limit?.value ?? 0, 1e-9);
  const lines = [
    'xychart-beta',
    `  title "${mermaidLabel(chart.title)}"`,
    `  x-axis "seconds since the load began" [${shown.map(([at]) => Math.round((at - start) / 1000)).join(', ')}]`,
    `  y-axis "${mermaidLabel(limit === undefined ? main.label : `${main.label}, limit ${limit.value}`)}" 0 --> ${decimal(top * 1.1)}`,
    `  line [${shown.map(([, value]) => decimal(value)).join(', ')}]`,
    ...(limit === undefined ? [] : [`  line [${shown.map(() => decimal(limit.value)).join(', ')}]`]),
  ];
  return ['```mermaid', ...lines, '```'].join('\n');
}

/** At most 40 points, each the highest of those that it stands for. */
function thinned(points: readonly [number, number][]): readonly [number, number][] {
  const size = Math.ceil(points.length / MAX_POINTS);
  if (size <= 1) return points;
  return Array.from({ length: Math.ceil(points.length / size) }, (_, i) => highest(points.slice(i * size, (i + 1) * size)));
}

function highest(points: readonly [number, number][]): [number, number] {
  return points.reduce<[number, number]>((best, point) => (point[1] > best[1] ? point : best), points[0] ?? [0, 0]);
}

/** Mermaid reads no exponents. */
function decimal(value: NonNullable<TimePoint[1]>): string {
  return String(Number(value.toFixed(4)));
}
