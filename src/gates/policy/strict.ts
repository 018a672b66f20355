import { z } from 'zod';
import { unknownName } from '../suggest';

/** Separates the messages of several unknown keys in one issue, in the order of `issue.keys`. */
export const KEY_SEPARATOR = '\n';

/** A strict object that answers an unknown key with the nearest valid one. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => unknownName('key', key, known)).join(KEY_SEPARATOR) : undefined,
  });
}

/** One of a closed list of names, with a suggestion for a misspelt one. */
export function oneOf<const Names extends readonly [string, ...string[]]>(kind: string, names: Names) {
  return z.enum(names, {
    error: (issue) => (typeof issue.input === 'string' ? unknownName(kind, issue.input, names) : `expected one of ${names.join(', ')}`),
  });
}
