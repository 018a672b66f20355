import { PROFILES, STAGES } from '../../../src/gates/vocabulary';

/** A JSON Schema, as far as the policy's goes. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly const?: unknown;
}

/**
 * Every key of the policy's JSON Schema that has a value of its own, without its stage and profile: `stages.*.load.*.rate`. The
 * keys of a gate come with its judge: `stages.*.gates.leak.max`. Places (a stack, a bucket or identities) count as one value.
 */
export function keysOf(schema: unknown): readonly string[] {
  return [...new Set(walk(schema as Schema, []))].sort();
}

function walk(schema: Schema, path: readonly string[]): readonly string[] {
  const variants = schema.oneOf ?? schema.anyOf ?? (schema.items?.oneOf && schema.items.oneOf);
  if (schema.properties !== undefined) return Object.entries(schema.properties).flatMap(([key, value]) => walk(value, [...path, key]));
  if (variants?.some(({ properties }) => properties?.['judge'] !== undefined)) {
    return variants.flatMap((gate) => walk(gate, [...path, String(gate.properties?.['judge']?.const)]));
  }
  return [generic(path)];
}

/** A path without the names that many share. */
export function generic(path: readonly string[]): string {
  return path.map((part) => ([...STAGES, ...PROFILES].some((name) => name === part) ? '*' : part)).join('.');
}
