import { createHash } from 'node:crypto';

/**
 * JSON with sorted keys, two spaces of indentation and a newline at the end: equal values give equal bytes.
 * Members that are `undefined` are left out, as JSON.stringify does.
 * @throws RangeError for a number that JSON cannot hold (NaN, infinities): it would silently become null.
 */
export function canonicalJson(value: unknown): string {
  return `${JSON.stringify(sorted(value), null, 2)}\n`;
}

/** `sha256:` and the hexadecimal digest of the text's UTF-8 bytes. */
export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;
}

function sorted(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${value} has no JSON form`);
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
