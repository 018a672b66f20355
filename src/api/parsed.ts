import type { Answer } from './answer';

/** What reading a part of a request led to: the value, or the answer that refuses it. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly answer: Answer };

export function accept<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

export function refuse(answer: Answer): Parsed<never> {
  return { ok: false, answer };
}
