import * as z from 'zod/mini';

/** The fields that requests are made of. Messages say what is expected, without the value. */

/** Ids become parts of keys: nothing in them can mean anything to Redis or to a path. */
export const identifier = z.string('must be a string').check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _'));

const text = z.string('must be a string').check(z.minLength(1, 'must not be empty'), z.maxLength(200, 'may have 200 characters at most'));

export const profileBody = z.strictObject({ name: text, company: z.optional(text) }, { error: objectError });

export const checkInBody = z.strictObject({ userId: identifier }, { error: objectError });

export const DEFAULT_LIMIT = 10;
const LIMIT = 'must be a whole number from 1 to 100';
export const listLimit = z._default(z.coerce.number(LIMIT).check(z.int(LIMIT), z.minimum(1, LIMIT), z.maximum(100, LIMIT)), DEFAULT_LIMIT);

export const consistency = z._default(z.enum(['eventual', 'strong'], 'must be eventual or strong'), 'eventual');

function objectError(issue: { readonly code: string }): string {
  return issue.code === 'unrecognized_keys' ? 'is not known' : 'must be an object';
}
