import { LineChart, type LineSeriesOption } from 'echarts/charts';
import { GridComponent, MarkAreaComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { html } from '../escape';
import { formatCount, formatQuantity } from '../numbers';
import { formatClock } from '../times';
import type { Chart, ChartLevel, ChartLine } from './chart';
import { PATTERNS, PLACEHOLDERS, withCustomProperties } from './palette';

echarts.use([LineChart, GridComponent, MarkAreaComponent, SVGRenderer]);

const WIDTH = 560;
const HEIGHT = 240;

/** A chart as an SVG element: equal charts give equal bytes. Its colours are custom properties of the page around it. */
export function chartSvg(chart: Chart): string {
  const drawing = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  try {
    drawing.setOption(optionOf(chart));
    return ownMarkup(chart, drawing.renderToSVGString({ useViewBox: true }));
  } finally {
    // Without this its animation timer keeps the process alive.
    drawing.dispose();
  }
}

/** A number on an axis or a line of the chart, in its unit. */
export function chartNumber(unit: Chart['unit'], value: number): string {
  return unit === 'ms' ? formatQuantity(value, 'ms') : formatCount(Number(value.toPrecision(6)));
}

function optionOf(chart: Chart) {
  const label = { color: PLACEHOLDERS.muted, fontSize: 12 };
  const rule = { lineStyle: { color: PLACEHOLDERS.rule } };
  return {
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    grid: { left: 58, right: 30, top: 16, bottom: 28 },
    xAxis: {
      type: 'value' as const,
      ...timeAxis(chart),
      axisLabel: { ...label, hideOverlap: true, formatter: (value: number) => formatClock(value) },
      axisLine: rule,
      axisTick: rule,
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value' as const,
      min: 0,
      // Room for the names of the windows, above the highest value.
      boundaryGap: [0, '15%'] as [number, string],
      axisLabel: { ...label, formatter: (value: number) => chartNumber(chart.unit, value) },
      splitLine: rule,
      splitNumber: 4,
    },
    series: [windows(chart), ...chart.lines.map(lineSeries), ...chart.levels.map(levelSeries)],
  };
}

/** Seconds between two times on the axis: what a clock face would have. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600];
const MOST_TICKS = 5;

/** Whole steps around what is drawn, so that the times on the axis are round. */
function timeAxis({ drawn }: Chart): { readonly min: number; readonly max: number; readonly interval: number } {
  const [start, end] = [Date.parse(drawn.start), Date.parse(drawn.end)];
  const interval = 1000 * (STEPS.find((step) => (end - start) / (step * 1000) <= MOST_TICKS) ?? 86_400);
  return { min: Math.floor(start / interval) * interval, max: Math.ceil(end / interval) * interval, interval };
}

/** An empty series that carries the shaded windows: all of the load, and on top of it the part that is judged. */
function windows(chart: Chart): LineSeriesOption {
  const area = (name: string, { start, end }: Chart['load']): [object, object] => [
    { name, xAxis: Date.parse(start) },
    { xAxis: Date.parse(end) },
  ];
  const same = chart.load.start === chart.judged.start && chart.load.end === chart.judged.end;
  const areas = same ? [area('load, judged', chart.load)] : [area('load', chart.load), area('judged', chart.judged)];
  return {
    type: 'line',
    data: [],
    markArea: {
      silent: true,
      itemStyle: { color: PLACEHOLDERS.band, opacity: 0.5 },
      label: { color: PLACEHOLDERS.muted, fontSize: 11, position: 'insideTopLeft' },
      data: areas,
    },
  };
}

function lineSeries({ role, timeline }: ChartLine): LineSeriesOption {
  return {
    type: 'line',
    silent: true,
    data: timeline.points.map(([at, value]) => [at, value ?? '-']),
    // A datapoint between two gaps would be invisible without a symbol.
    showSymbol: timeline.points.length <= 60,
    symbol: 'circle',
    symbolSize: 4,
    itemStyle: { color: PLACEHOLDERS[role] },
    lineStyle: { color: PLACEHOLDERS[role], width: role === 'main' || role === 'bad' ? 2.25 : 1.5, type: pattern(role) },
  };
}

function levelSeries({ kind, value, window }: ChartLevel): LineSeriesOption {
  return {
    type: 'line',
    silent: true,
    data: [
      [Date.parse(window.start), value],
      [Date.parse(window.end), value],
    ],
    symbol: 'none',
    lineStyle: { color: PLACEHOLDERS[kind], width: kind === 'limit' ? 2 : 1.25, type: pattern(kind) },
  };
}

function pattern(name: keyof typeof PATTERNS): number[] | 'solid' {
  const lengths = PATTERNS[name];
  return lengths === 0 ? 'solid' : [...lengths];
}

/** Takes out what belongs to a browser session (hover rules, counters in ids) and puts in what a reader without eyes needs. */
function ownMarkup(chart: Chart, svg: string): string {
  const described = withCustomProperties(svg)
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ class="[^"]*"/g, '')
    .replace(/ (?:ecmeta_\w+|xmlns:xlink|baseProfile|version|pointer-events)="[^"]*"/g, '')
    .replace(/zr\d+-/g, `${chart.id}-`)
    .replace(/\n+/g, '\n');
  return described.replace(/^<svg /, `<svg role="img" aria-label="${html(describe(chart))}" `);
}

/** A chart in one sentence: title, highest and last value of each line, and the levels. */
export function describe(chart: Chart): string {
  const lines = chart.lines.map(({ label, timeline }) => {
    const known = timeline.points.flatMap(([, value]) => (value === null ? [] : [value]));
    const last = known.at(-1);
    if (last === undefined) return `${label}: no datapoint`;
    return `${label}: highest ${chartNumber(chart.unit, Math.max(...known))}, last ${chartNumber(chart.unit, last)}`;
  });
  const levels = chart.levels.map(({ label, value }) => `${label} ${chartNumber(chart.unit, value)}`);
  return `${chart.title}, ${formatClock(chart.drawn.start)} to ${formatClock(chart.drawn.end)} UTC. ${[...lines, ...levels].join('; ')}.`;
}
