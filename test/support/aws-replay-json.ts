import { type ServiceModel, shapeOf } from './service-model';

/** Turns what came as JSON into the SDK's shape: epoch seconds into Date, base64 into bytes; the rest stays for a check to see. */
export function readJson(model: ServiceModel, shapeName: string, value: unknown): unknown {
  const shape = shapeOf(model, shapeName);
  if (shape.type === 'timestamp') return typeof value === 'number' ? new Date(value * 1000) : value;
  if (shape.type === 'blob') return typeof value === 'string' ? Buffer.from(value, 'base64') : value;
  return mapped(model, shapeName, value, readJson);
}

/** The other way round; `value` fits the shape. */
export function writeJson(model: ServiceModel, shapeName: string, value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return mapped(model, shapeName, value, writeJson);
}

type Turn = (model: ServiceModel, shapeName: string, value: unknown) => unknown;

function mapped(model: ServiceModel, shapeName: string, value: unknown, turn: Turn): unknown {
  const shape = shapeOf(model, shapeName);
  if (Array.isArray(value)) {
    const item = shape.member?.shape;
    return item === undefined ? value : value.map((entry) => turn(model, item, entry));
  }
  if (typeof value !== 'object' || value === null || value instanceof Date) return value ?? undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const inner = shape.type === 'map' ? shape.value?.shape : shape.members[name]?.shape;
      return [name, inner === undefined || member === null ? (member ?? undefined) : turn(model, inner, member)];
    }),
  );
}
