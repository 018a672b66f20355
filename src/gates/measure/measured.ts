import type { ReasonCode } from '../reasons';

/** A measurement, or the reason code and one sentence why there is none. */
export type Measured<T> = { readonly ok: true; readonly value: T } | Unmeasured;
export type Unmeasured = { readonly ok: false; readonly reason: ReasonCode; readonly detail: string };

export function measured<T>(value: T): Measured<T> {
  return { ok: true, value };
}

export function unmeasured(reason: ReasonCode, detail: string): Unmeasured {
  return { ok: false, reason, detail };
}
