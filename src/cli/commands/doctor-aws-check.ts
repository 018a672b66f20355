import { AwsError } from '../../aws/failure';
import type { Check } from './doctor';

/** What a look at the account says: what is there, and what to do about it (nothing when it is as it should be). */
export interface Finding {
  readonly found: string;
  readonly advice?: string;
  /** Default true: without it a run is impossible or worthless. */
  readonly required?: boolean;
}

/** A look that got no answer is a check that failed: what is not known is not fine. */
export async function look(name: string, ask: () => Promise<Finding>): Promise<Check> {
  return (await lookAt(name, async () => ({ value: null, ...(await ask()) }))).check;
}

/** A look that others start from. @returns null for the value when there was no answer */
export async function lookAt<T>(
  name: string,
  ask: () => Promise<Finding & { readonly value: T }>,
): Promise<{ readonly check: Check; readonly value: T | null }> {
  try {
    const { value, ...finding } = await ask();
    return { check: checked(name, finding), value };
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    return { check: { name, ok: false, required: true, found: 'no answer', advice: cause.message }, value: null };
  }
}

export function checked(name: string, { found, advice = '', required = true }: Finding): Check {
  return { name, ok: advice === '', required, found, advice };
}
