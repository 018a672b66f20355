/** How messages write numbers: fixed rules and no locale, so that the same evidence gives the same bytes everywhere. */

/** At most four significant decimals, no trailing zeros, no exponent: 3600, 0.05, 171.3. */
export function formatNumber(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const magnitude = Math.abs(value);
  const decimals = magnitude >= 100 ? 1 : magnitude >= 1 ? 2 : magnitude >= 0.01 ? 4 : 6;
  const text = value.toFixed(decimals).replace(/\.?0+$/, '');
  return text === '-0' ? '0' : text;
}

/** A fraction as percent: 0.0006 is `0.06 %`. */
export function formatPercent(fraction: number): string {
  return `${formatNumber(Number((fraction * 100).toPrecision(12)))} %`;
}

const DAY_MS = 86_400_000;

/** Milliseconds in the unit that a person would choose. */
export function formatDuration(ms: number): string {
  if (Math.abs(ms) < 1000) return `${formatNumber(ms)} ms`;
  if (Math.abs(ms) < 120_000) return `${formatNumber(ms / 1000)} s`;
  if (Math.abs(ms) < 2 * DAY_MS) return `${formatNumber(ms / 60_000)} min`;
  return `${formatNumber(ms / DAY_MS)} days`;
}

/** A value with its unit in words. */
export function formatValue(value: number, unit: string): string {
  if (unit === 'fraction') return formatPercent(value);
  if (unit === 'ms') return formatDuration(value);
  if (unit === 'count' || unit === 'ratio') return formatNumber(value);
  return `${formatNumber(value)} ${unit}`;
}

/** 12 significant digits: what two machines surely agree on. */
export function stable(value: number): number {
  return Number(value.toPrecision(12));
}

/** `1 datapoint`, `2 datapoints`. */
export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
