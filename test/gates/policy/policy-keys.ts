import { PROFILES, STAGES } from '../../../src/gates/vocabulary';

/** A JSON Schema, as far as the policy's goes. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly const?: unknown;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/**
 * Every key of the policy's JSON Schema that has a value of its own, without its stage and profile: `stages.*.load.*.rate`. The
 * keys of a gate come with its judge: `stages.*.gates.leak.max`. Places (a stack, a bucket or identities) count as one value.
 */
export function keysOf(schema: unknown): readonly string[] {
  const { $defs = {} } = schema as Schema;
  return [...new Set(walk(schema as Schema, [], $defs))].sort();
}

function walk(given: Schema, path: readonly string[], defs: NonNullable<Schema['$defs']>): readonly string[] {
  const schema = resolved(given, defs);
  const items = schema.items && resolved(schema.items, defs);
  const variants = schema.oneOf ?? schema.anyOf ?? items?.oneOf;
  if (schema.properties !== undefined)
    return Object.entries(schema.properties).flatMap(([key, value]) => walk(value, [...path, key], defs));
  if (variants?.some(({ properties }) => properties?.['judge'] !== undefined)) {
    return variants.flatMap((gate) => walk(gate, [...path, String(gate.properties?.['judge']?.const)], defs));
  }
  return [generic(path)];
}

function resolved(schema: Schema, defs: NonNullable<Schema['$defs']>): Schema {
  return schema.$ref === undefined ? schema : (defs[schema.$ref.replace('#/$defs/', '')] ?? {});
}

/** A path without the names that many share. */
export function generic(path: readonly string[]): string {
  return path.map((part) => ([...STAGES, ...PROFILES].some((name) => name === part) ? '*' : part)).join('.');
}
