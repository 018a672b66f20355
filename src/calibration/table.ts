import { formatPercent } from '../gates/format';
import type { Rate } from './rate';

/** A rate and what it is surely not above. */
export function withBound({ value, high95 }: Pick<Rate, 'value' | 'high95'>): string {
  return `${percent(value)} (≤ ${percent(high95)})`;
}

export function percent(share: number): string {
  return formatPercent(Number(share.toPrecision(3)));
}

/** First column to the left, numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  );
}

export function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
