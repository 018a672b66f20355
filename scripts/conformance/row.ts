import { type Answer, meets } from './answer';

/** How one vector ended. */
export interface Row {
  readonly vector: string;
  readonly expected: string;
  readonly ours: string;
  readonly outcome: 'agrees' | 'documented' | 'disagrees';
  /** Why it differs; null where it agrees. */
  readonly reason: string | null;
  /** Only for inputs that the anchor lets pass without having seen anything: whether ours passed. */
  readonly failOpen: { readonly passed: boolean } | null;
}

/** A deliberate difference: which vectors and answers it covers, never by name or place. */
export interface Rule<Vector, Ours> {
  readonly reason: string;
  readonly covers: (vector: Vector, ours: Ours) => boolean;
}

interface Compared<Vector, Ours> {
  readonly name: string;
  readonly vector: Vector;
  readonly expected: string;
  /** What the anchor's own rule, restated, gives for the vector; null when it is not known. */
  readonly theirs: string | null;
  readonly ours: Ours;
  readonly oursText: string;
  readonly agrees: boolean;
  readonly rules: readonly Rule<Vector, Ours>[];
}

/**
 * Agreement, a documented difference, or a disagreement. An expectation that the anchor's own rule does not give is never
 * documented away, and no agreement either: either the table or our reading of the anchor is wrong.
 */
export function settle<Vector, Ours>(compared: Compared<Vector, Ours>): Row {
  const { name, vector, expected, theirs, ours, oursText, agrees, rules } = compared;
  const row = { vector: name, expected, ours: oursText, failOpen: null };
  if (theirs !== null && theirs !== expected)
    return { ...row, outcome: 'disagrees', reason: `by the anchor's own rule this would be ${theirs}` };
  if (agrees) return { ...row, outcome: 'agrees', reason: null };
  const rule = theirs === null ? undefined : rules.find(({ covers }) => covers(vector, ours));
  if (rule !== undefined) return { ...row, outcome: 'documented', reason: rule.reason };
  return { ...row, outcome: 'disagrees', reason: UNCOVERED };
}

const UNCOVERED = 'no rule covers this difference';

interface Demanded {
  readonly row: Row;
  /** What the table says that ours must be, e.g. `inconclusive(aborted)`; where it says nothing, anything but passed. */
  readonly demand: string | undefined;
  readonly answer: Answer;
  readonly reason?: string;
}

/** A row for which the table itself says that ours must differ, and how. */
export function settleDemand({ row, demand, answer, reason = FAIL_OPEN }: Demanded): Row {
  // Whatever the row says of ours, it must be the anchor's row.
  if (row.outcome === 'disagrees' && row.reason !== UNCOVERED) return row;
  const met = demand === undefined ? answer.verdict !== 'passed' : meets(demand, answer);
  return { ...row, outcome: met ? 'documented' : 'disagrees', reason: met ? reason : `ours must be ${demand ?? 'anything but passed'}` };
}

/** The same of an input that the anchor passes without having seen anything. */
export function settleFailOpen(demanded: Demanded): Row {
  return { ...settleDemand(demanded), failOpen: { passed: demanded.answer.verdict === 'passed' } };
}

const FAIL_OPEN = 'fail-open: the anchor passes what it has not seen, Tidegate never does';
