import type { Calibration } from './calibration';

const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 56;
const RIGHT = 150;
const TOP = 44;
const BOTTOM = 52;
/** Colours that also differ in lightness. */
const COLOURS = ['#9a3412', '#b45309', '#0e7490', '#1e3a8a'];
const SEEN = 0.8;

/** The detection curve as an SVG: share of soaks whose trend finds a leak (no level is set), by its size, a line for each soak length. */
export function powerChart({ power }: Pick<Calibration, 'power'>): string {
  const most = Math.max(...power.map(({ leak }) => leak));
  const x = (leak: number) => round(LEFT + (leak / most) * (WIDTH - LEFT - RIGHT));
  const y = (share: number) => round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM));
  const lengths = [...new Set(power.map(({ points }) => points))].sort((a, b) => a - b);
  const lines = lengths.map((length, i) => {
    const points = power.filter((each) => each.points === length).map(({ leak, value }) => `${x(leak)},${y(value)}`);
    const colour = COLOURS[i % COLOURS.length];
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${text(WIDTH - RIGHT + 16, TOP + 14 + 20 * i, `${length} minutes`, `fill="${colour}" font-weight="600"`)}`;
  });
  const shares = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const leaks = Array.from({ length: Math.floor(most) + 1 }, (_, i) => i);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img">`,
    '<title>Share of soaks in which the trend finds a leak, by the size of the leak and the length of the soak</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(LEFT, 24, 'Leaks found by the trend alone, by size and length of the soak', 'fill="#111827" font-size="14" font-weight="600"'),
    ...shares.map(
      (share) =>
        grid(y(share), share === SEEN) + text(LEFT - 8, y(share) + 4, `${Math.round(share * 100)} %`, 'fill="#374151" text-anchor="end"'),
    ),
    ...leaks.map((leak) => text(x(leak), HEIGHT - BOTTOM + 18, String(leak), 'fill="#374151" text-anchor="middle"')),
    text(
      round((LEFT + WIDTH - RIGHT) / 2),
      HEIGHT - 12,
      'connections leaked per minute, at 200 connections that scatter by 5 %',
      'fill="#374151" text-anchor="middle"',
    ),
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

function grid(y: number, marked: boolean): string {
  return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}" stroke="${marked ? '#6b7280' : '#e5e7eb'}"${marked ? ' stroke-dasharray="4 3"' : ''}/>`;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${content}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
