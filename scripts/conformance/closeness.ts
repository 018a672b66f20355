/** Where the definition is the same: relative above 1, absolute below. */
export const TOLERANCE = 1e-9;

export function isClose(actual: number, expected: number, tolerance = TOLERANCE): boolean {
  return Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
}

/** The fields of both that are not close, as text; empty when all are. Null is close to null only. */
export function apart(
  expected: Readonly<Record<string, number | null>>,
  actual: Readonly<Record<string, number | null>>,
): readonly string[] {
  return Object.entries(expected).flatMap(([field, value]) => {
    const ours = actual[field] ?? null;
    const close = value === null || ours === null ? value === ours : isClose(ours, value);
    return close ? [] : [`${field} ${value} is ${ours} with us`];
  });
}
