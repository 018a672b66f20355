/** A policy as YAML gives it. */
export interface Raw {
  readonly [key: string]: Raw | undefined;
}

/** A copy whose soak has one more gate. */
export function withGate(raw: Raw, gate: object): Raw {
  const copy = structuredClone(raw);
  const soak = copy['stages']?.['soak'] as { gates?: object[] } | undefined;
  soak?.gates?.push(gate);
  return copy;
}

/** A copy with another value at a path; undefined removes it. In a list of gates the part of the path is the gate's id. */
export function edited(raw: Raw, at: string, value: unknown): Raw {
  const copy = structuredClone(raw);
  const parts = at.split('.');
  const last = parts.pop() ?? '';
  let parent: unknown = copy;
  for (const part of parts) parent = child(parent, part);
  put(parent, last, value);
  return copy;
}

function child(parent: unknown, part: string): unknown {
  if (Array.isArray(parent)) return parent[indexOf(parent, part)];
  const members = parent as Record<string, unknown>;
  members[part] ??= {};
  return members[part];
}

function put(parent: unknown, part: string, value: unknown): void {
  if (Array.isArray(parent)) parent.splice(indexOf(parent, part), 1, ...(value === undefined ? [] : [value]));
  else if (value === undefined) delete (parent as Record<string, unknown>)[part];
  else (parent as Record<string, unknown>)[part] = value;
}

function indexOf(gates: readonly { readonly id?: string }[], id: string): number {
  const index = gates.findIndex((gate) => gate.id === id);
  if (index < 0) throw new Error(`there is no gate ${id}`);
  return index;
}

/** The text of the shipped policy without its failover stage, the only one that one profile alone has. */
export function withoutFailover(text: string): string {
  return text.replace(/^ {2}failover:\n[\s\S]*?(?=^ {2}canary:\n)/m, '');
}
