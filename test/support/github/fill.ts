import { z } from 'zod';

/** As much of a JSON schema as filling an answer needs. */
export interface Schema {
  readonly type?: string | undefined;
  readonly format?: string | undefined;
  readonly nullable?: boolean | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly items?: Schema | undefined;
  readonly allOf?: readonly Schema[] | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
}

/** Read as it is: the description was checked when it was made, and is too large to be copied for each answer. */
export const schemaSchema = z.custom<Schema>((value) => typeof value === 'object' && value !== null);

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isEmpty = (value: Json): boolean => Object.keys(value).length === 0;
const EMPTY_STRINGS: Readonly<Record<string, string>> = {
  uri: 'https://github.com/',
  'date-time': '2026-01-01T00:00:00Z',
  date: '2026-01-01',
};

/**
 * Adds to an answer what GitHub always sends and no test cares about: each required property that it lacks, with the least value of
 * its type (null, false, 0, '', []). What the answer says is left alone, right or wrong, and so is an empty object.
 */
export function fill(value: unknown, schema: Schema): unknown {
  if (value === undefined) return least(schema);
  if (Array.isArray(value)) return schema.items === undefined ? value : value.map((item) => fill(item, schema.items ?? {}));
  if (!isObject(value) || isEmpty(value)) return value;
  return fillObject(value, schema);
}

function fillObject(value: Json, schema: Schema): unknown {
  const whole = (schema.allOf ?? []).reduce<unknown>((filled, part) => fill(filled, part), value);
  const alternatives = schema.anyOf ?? schema.oneOf;
  const chosen = alternatives?.find((alternative) => agrees(value, alternative));
  return withProperties(isObject(whole) && chosen !== undefined ? fill(whole, chosen) : whole, schema);
}

function withProperties(value: unknown, { properties = {}, required = [] }: Schema): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(properties).flatMap(([name, property]): [string, unknown][] =>
    name in value || required.includes(name) ? [[name, fill(value[name], property)]] : [],
  );
  return { ...value, ...Object.fromEntries(entries) };
}

/** Whether what an object says is among the values that the alternative has for it. */
function agrees(value: Json, { type = 'object', properties = {}, enum: only, allOf = [] }: Schema): boolean {
  if (type !== 'object' || only !== undefined || !allOf.every((part) => agrees(value, part))) return false;
  return Object.entries(properties).every(([name, property]) => !(name in value) || (property.enum?.includes(value[name]) ?? true));
}

function least(schema: Schema): unknown {
  if (schema.nullable === true) return null;
  if (schema.enum !== undefined) return schema.enum[0];
  const alternatives = schema.anyOf ?? schema.oneOf ?? [];
  const [alternative] = alternatives;
  if (alternatives.some(({ nullable }) => nullable === true)) return null;
  if (alternative !== undefined && schema.properties === undefined) return least(alternative);
  if (schema.type === 'array') return [];
  if (schema.type === 'boolean') return false;
  if (schema.type === 'integer' || schema.type === 'number') return 0;
  if (schema.type === 'string') return EMPTY_STRINGS[schema.format ?? ''] ?? '';
  return fillObject({}, schema);
}
