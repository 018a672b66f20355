import { distance } from 'fastest-levenshtein';

/** The nearest of the valid names, when it is near enough to be what was meant. */
export function nearest(name: string, valid: readonly string[]): string | null {
  const ranked = valid
    .map((candidate) => ({ candidate, d: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.d - b.d || (a.candidate < b.candidate ? -1 : 1));
  const best = ranked[0];
  return best && best.d <= Math.max(2, Math.floor(name.length / 2)) ? best.candidate : null;
}

/** `unknown metric "api.5x"; did you mean "api.5xx"?`, or the list of what is valid. */
export function unknownName(kind: string, name: string, valid: readonly string[]): string {
  const near = nearest(name, valid);
  return near === null ? `unknown ${kind} "${name}"; known: ${valid.join(', ')}` : `unknown ${kind} "${name}"; did you mean "${near}"?`;
}
