import type { Policy } from './policy';
import type { Source } from './source';

/** Where a policy came from, so that problems found later still name file, line and column. */
const origins = new WeakMap<Policy, Source>();

export function remember(policy: Policy, source: Source): void {
  origins.set(policy, source);
}

/** A policy that was not read from a file has positions at its first line. */
export function originOf(policy: Policy): Source {
  return origins.get(policy) ?? { file: '(policy)', value: policy, positionOf: () => ({ line: 1, column: 1 }) };
}
