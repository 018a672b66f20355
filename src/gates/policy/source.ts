import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { Path, PolicyProblem } from './problems';

/** A parsed YAML file that knows where everything stands. */
export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** Line and column, from 1, of the key (or list item) at a path, or of the nearest part of the path that exists. */
  positionOf(path: Path): { readonly line: number; readonly column: number };
}

/** Reads YAML 1.2 with unique keys. */
export function readSource(text: string, file: string): { ok: true; source: Source } | { ok: false; problems: readonly PolicyProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      file,
      ...at(error.pos[0]),
      path: '',
      message: error.code === 'DUPLICATE_KEY' ? `the key "${keyAt(text, error.pos[0])}" stands twice in one map` : error.message,
    }));
    return { ok: false, problems };
  }
  const root = document.contents;
  const positionOf = (path: Path) => at(offsetOf(isNode(root) ? root : null, path));
  try {
    return { ok: true, source: { file, value: document.toJS({ maxAliasCount: 10 }), positionOf } };
  } catch (error) {
    // An alias of nothing, or of too much, only shows when it is followed.
    return {
      ok: false,
      problems: [{ file, line: 1, column: 1, path: '', message: error instanceof Error ? error.message : String(error) }],
    };
  }
}

function offsetOf(root: Node | null, path: Path): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined || !isNode(pair.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(part)];
      if (!isNode(item)) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}

function keyAt(text: string, offset: number): string {
  return /^["']?([^"':\s]+)/.exec(text.slice(offset))?.[1] ?? '';
}
