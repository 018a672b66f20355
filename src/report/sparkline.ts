const BLOCKS = '▁▂▃▄▅▆▇█';
/** A period without a datapoint: visibly not zero. */
const MISSING = '·';
const MIN_POINTS = 3;
const MAX_WIDTH = 24;

/**
 * A series as blocks on a scale from zero to its highest value, so that noise does not look like a mountain.
 * Longer series are folded into 24 columns, each showing its highest value.
 * @param values null where a period has no datapoint
 * @returns null below three datapoints: two blocks have no shape
 */
export function sparkline(values: readonly (number | null)[]): string | null {
  const known = values.filter((value) => value !== null);
  if (known.length < MIN_POINTS) return null;
  const top = Math.max(...known);
  return fold(values)
    .map((value) =>
      value === null ? MISSING : (BLOCKS[top <= 0 ? 0 : Math.round((Math.max(value, 0) / top) * (BLOCKS.length - 1))] ?? MISSING),
    )
    .join('');
}

function fold(values: readonly (number | null)[]): readonly (number | null)[] {
  if (values.length <= MAX_WIDTH) return values;
  return Array.from({ length: MAX_WIDTH }, (_, column) => {
    const from = Math.floor((column * values.length) / MAX_WIDTH);
    const to = Math.floor(((column + 1) * values.length) / MAX_WIDTH);
    const known = values.slice(from, to).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  });
}
