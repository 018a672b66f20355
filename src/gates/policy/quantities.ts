import { z } from 'zod';

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const RATE = /^(\d+(?:\.\d+)?)\/(s|m)$/;
const PERCENT = /^(\d+(?:\.\d+)?)%$/;

const QUANTITY = new RegExp(`${DURATION.source}|${PERCENT.source}`);

/** The same for editors, who are told more than the form: above zero, a duration in whole milliseconds, a share of something. */
const ABOVE_ZERO = '^(?=.*[1-9])';
const WHOLE = /(?:\d+(?:\.0+)?ms|\d+(?:\.\d{1,3}0*)?s|\d+(?:\.\d+)?[mh])$/;
const SOME_DURATION = new RegExp(`${ABOVE_ZERO}${WHOLE.source}`);
const SOME_RATE = new RegExp(ABOVE_ZERO + RATE.source.slice(1));
const PART_PERCENT = /^(?=.*[1-9])0*\d{1,2}(?:\.\d+)?%$/;

/** Text of a form that the JSON Schema tells; what is wrong with another is said by whoever reads it. */
function written({ source }: RegExp, error?: string) {
  return z.string(error === undefined ? {} : { error }).meta({ pattern: source });
}

/** `5s`, `500ms`, `15m`, `24h` as whole milliseconds; null for anything else. */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text);
  if (match === null) return null;
  const ms = Number(match[1]) * MS[match[2] as keyof typeof MS];
  return Number.isInteger(ms) ? ms : null;
}

/** `60/s` or `90/m` as a number per second; null for anything else. */
export function parseRate(text: string): number | null {
  const match = RATE.exec(text);
  return match === null ? null : Number(match[1]) / (match[2] === 'm' ? 60 : 1);
}

/** `0.1%` as a fraction; null for anything else. The decimal point is moved in the text: 0.1% is 0.001 exactly as written. */
export function parsePercent(text: string): number | null {
  const match = PERCENT.exec(text);
  return match === null ? null : Number(`${match[1]}e-2`);
}

/** A duration above zero, in milliseconds. */
export const duration = quantity(parseDuration, SOME_DURATION, 'a duration such as 500ms, 5s, 15m or 24h').refine(
  (ms) => ms > 0,
  'must be longer than 0',
);

/** A rate above zero, per second. */
export const rate = quantity(parseRate, SOME_RATE, 'a rate such as 60/s').refine((perSecond) => perSecond > 0, 'must be above 0');

/** A share: `20%` or 0.2; may exceed 1 where it is a tolerance. */
export const share = shareWritten(PERCENT, { minimum: 0, maximum: 1 });

/** A share of something: neither none nor all of it. */
export const part = shareWritten(PART_PERCENT, { exclusiveMinimum: 0, exclusiveMaximum: 1 }).refine(
  (fraction) => fraction > 0 && fraction < 1,
  'must lie between 0% and 100%',
);

function shareWritten(form: RegExp, bounds: Readonly<Record<string, number>>) {
  const given = z.union([written(form), z.number().meta(bounds)], { error: 'expected a percentage such as 20%' });
  return given.transform(readShare);
}

function readShare(value: string | number, context: z.core.$RefinementCtx): number {
  const fraction = typeof value === 'number' ? value : parsePercent(value);
  if (typeof value === 'number' && value > 1) {
    context.addIssue({
      code: 'custom',
      message: `${value} would be ${value * 100}%: write ${value}% if that is meant, or ${value * 100}%`,
    });
    return z.NEVER;
  }
  if (fraction !== null && fraction >= 0) return fraction;
  context.addIssue({ code: 'custom', message: `expected a percentage such as 20%, found ${JSON.stringify(value)}` });
  return z.NEVER;
}

/** A limit whose unit depends on the metric: a number, a percentage or a duration. */
export type Quantity = { readonly unit: 'number' | 'fraction' | 'ms'; readonly value: number };

export const limit = z
  .union([written(QUANTITY), z.number().meta({ minimum: 0 })], {
    error: 'expected a number, a percentage such as 0.1% or a duration such as 250ms',
  })
  .transform((value, context): Quantity => {
    const read = typeof value === 'number' ? { unit: 'number' as const, value } : readQuantity(value);
    if (read !== null && read.value >= 0) return read;
    context.addIssue({
      code: 'custom',
      message: `expected a number, a percentage such as 0.1% or a duration such as 250ms, found ${JSON.stringify(value)}`,
    });
    return z.NEVER;
  });

function readQuantity(text: string): Quantity | null {
  const fraction = parsePercent(text);
  if (fraction !== null) return { unit: 'fraction', value: fraction };
  const ms = parseDuration(text);
  return ms === null ? null : { unit: 'ms', value: ms };
}

function quantity(parse: (text: string) => number | null, form: RegExp, expected: string) {
  return written(form, `expected ${expected}`).transform((text, context) => {
    const value = parse(text);
    if (value !== null) return value;
    context.addIssue({ code: 'custom', message: `expected ${expected}, found ${JSON.stringify(text)}` });
    return z.NEVER;
  });
}
