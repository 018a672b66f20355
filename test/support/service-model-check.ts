import { type ServiceModel, type Shape, shapeOf } from './service-model';

/** Lengths, patterns and ranges bind only what a caller sends: services do answer beyond them. */
export type Side = 'request' | 'answer';

interface Check {
  readonly model: ServiceModel;
  readonly side: Side;
  readonly found: string[];
}

/**
 * Compares a value in the SDK's shape (dates as Date, bytes as Uint8Array, absent as undefined) with the service's model.
 *
 * @returns one sentence for each thing that does not fit, with its path; empty when all fits
 */
export function misfits(model: ServiceModel, shapeName: string, value: unknown, side: Side): readonly string[] {
  const check: Check = { model, side, found: [] };
  compare(check, shapeName, value, '');
  return check.found;
}

function compare(check: Check, shapeName: string, value: unknown, path: string): void {
  const shape = shapeOf(check.model, shapeName);
  const say = (what: string): void => {
    check.found.push(`${path === '' ? shapeName : path} ${what}`);
  };
  if (!hasType(shape, value)) {
    say(`is ${nameOf(value)}, not ${shape.type} (${shapeName})`);
    return;
  }
  if (shape.type === 'structure') compareMembers(check, shape, new Map(Object.entries(Object(value))), path, say);
  else if (shape.type === 'list') compareItems(check, shape, value, path);
  else if (shape.type === 'map') compareEntries(check, shape, value, path);
  if (shape.enum !== undefined && !shape.enum.includes(String(value))) say(`is '${value}', not one of ${shape.enum.join(', ')}`);
  if (check.side === 'request') compareBounds(shape, value, say);
}

type Say = (what: string) => void;

function compareMembers(check: Check, shape: Shape, value: ReadonlyMap<string, unknown>, path: string, say: Say): void {
  const given = [...value].filter(([, member]) => member !== undefined);
  for (const [name, member] of given) {
    const reference = shape.members[name];
    const at = path === '' ? name : `${path}.${name}`;
    if (reference === undefined) check.found.push(`${at} is not a member (of ${Object.keys(shape.members).join(', ') || 'nothing'})`);
    else compare(check, reference.shape, member, at);
  }
  for (const name of shape.required) if (value.get(name) === undefined) say(`lacks ${name}`);
  if (shape.union && given.length !== 1) say(`must have exactly one member, not ${given.length}`);
}

function compareItems(check: Check, shape: Shape, value: unknown, path: string): void {
  const item = shape.member?.shape;
  if (item === undefined || !Array.isArray(value)) return;
  for (const [index, entry] of value.entries()) compare(check, item, entry, `${path}[${index}]`);
}

function compareEntries(check: Check, shape: Shape, value: unknown, path: string): void {
  if (shape.key === undefined || shape.value === undefined) return;
  for (const [key, entry] of Object.entries(Object(value))) {
    compare(check, shape.key.shape, key, `${path} key`);
    compare(check, shape.value.shape, entry, `${path}.${key}`);
  }
}

function compareBounds(shape: Shape, value: unknown, say: Say): void {
  const size = sizeOf(value);
  if (size !== null && shape.min !== undefined && size.amount < shape.min) say(`has ${size.of} ${size.amount}, below ${shape.min}`);
  if (size !== null && shape.max !== undefined && size.amount > shape.max) say(`has ${size.of} ${size.amount}, above ${shape.max}`);
  if (shape.pattern !== undefined && typeof value === 'string' && !patternOf(shape.pattern).test(value)) {
    say(`'${value}' does not match ${shape.pattern}`);
  }
}

function sizeOf(value: unknown): { readonly of: string; readonly amount: number } | null {
  if (typeof value === 'number') return { of: 'value', amount: value };
  if (typeof value === 'string') return { of: 'length', amount: [...value].length };
  if (Array.isArray(value) || value instanceof Uint8Array) return { of: 'length', amount: value.length };
  return null;
}

/** The models' patterns are meant for whole values; some use classes that only Unicode mode knows, some what it forbids. */
export function patternOf(pattern: string): RegExp {
  const whole = `^(?:${pattern})$`;
  try {
    return new RegExp(whole, 'su');
  } catch {
    return new RegExp(whole, 's');
  }
}

function hasType(shape: Shape, value: unknown): boolean {
  switch (shape.type) {
    case 'string':
    case 'boolean':
      return typeof value === shape.type;
    case 'integer':
    case 'long':
      return Number.isSafeInteger(value);
    case 'double':
    case 'float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'timestamp':
      return value instanceof Date && !Number.isNaN(value.getTime());
    case 'blob':
      return value instanceof Uint8Array;
    case 'list':
      return Array.isArray(value);
    case 'map':
    case 'structure':
      return isPlain(value);
  }
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === '[object Object]';
}

function nameOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  const text = typeof value === 'object' ? Object.prototype.toString.call(value).slice(8, -1) : `${typeof value} ${JSON.stringify(value)}`;
  return text.slice(0, 80);
}
