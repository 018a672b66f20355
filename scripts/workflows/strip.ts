import { isMap, isScalar, parseDocument } from 'yaml';
import { z } from 'zod';

/** Keys of GitHub's workflow syntax that `act` refuses. `*` stands for any one key of the path. */
export const unknownKeysSchema = z.array(z.strictObject({ path: z.string().min(1), reason: z.string().min(1) }));
export type UnknownKeys = z.infer<typeof unknownKeysSchema>;

export interface Stripped {
  readonly text: string;
  /** What was taken out, as paths of this workflow. */
  readonly removed: readonly string[];
}

/** A workflow without the keys of the list. A workflow that has none of them comes back byte for byte. */
export function withoutUnknownKeys(source: string, keys: UnknownKeys): Stripped {
  const document = parseDocument(source);
  const removed = keys.flatMap(({ path }) => pathsOf(document.contents, path.split('.')));
  for (const path of removed) document.deleteIn(path);
  return { text: removed.length === 0 ? source : document.toString({ lineWidth: 0 }), removed: removed.map((path) => path.join('.')) };
}

function pathsOf(node: unknown, pattern: readonly string[]): readonly (readonly string[])[] {
  const [key, ...rest] = pattern;
  if (key === undefined) return [[]];
  if (!isMap(node)) return [];
  return node.items
    .flatMap((item) => (isScalar(item.key) && (key === '*' || item.key.value === key) ? [{ name: String(item.key.value), item }] : []))
    .flatMap(({ name, item }) => pathsOf(item.value, rest).map((path) => [name, ...path]));
}
