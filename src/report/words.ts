import type { GateVerdict, PROMOTION_STATES } from '../gates/report-schema';
import type { Verdict } from '../gates/vocabulary';

type PromotionState = (typeof PROMOTION_STATES)[number];

/** An icon with the word that carries the meaning without it. */
export interface Mark {
  readonly icon: string;
  readonly word: string;
}

export const VERDICT_MARKS = {
  passed: { icon: '✅', word: 'passed' },
  failed: { icon: '❌', word: 'failed' },
  inconclusive: { icon: '⚠️', word: 'no verdict' },
} as const satisfies Record<Verdict, Mark>;

/** A gate's mark says when its verdict does not count, or hardly passed. */
export function gateMark(gate: Pick<GateVerdict, 'verdict' | 'mode' | 'warned'>): Mark {
  const mark = VERDICT_MARKS[gate.verdict];
  if (gate.mode === 'observe') return { icon: '👁️', word: gate.verdict === 'failed' ? 'would fail (observed)' : `${mark.word} (observed)` };
  return gate.verdict === 'passed' && gate.warned ? { icon: '🟡', word: 'passed, near limit' } : mark;
}

export const PROMOTION_MARKS = {
  'not-asked': { icon: '▫️', word: 'Not asked for' },
  'awaiting-approval': { icon: '✋', word: 'Awaiting approval' },
  rejected: { icon: '🚫', word: 'Rejected' },
  superseded: { icon: '⏭️', word: 'Superseded' },
  promoting: { icon: '⏳', word: 'Promoting' },
  promoted: { icon: '✅', word: 'Promoted' },
  'rolled-back': { icon: '↩️', word: 'Rolled back' },
  refused: { icon: '⛔', word: 'Refused' },
  'broken-off': { icon: '⚠️', word: 'Broken off' },
} as const satisfies Record<PromotionState, Mark>;

/** `1 gate`, `2 gates`. */
export function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** A repeated stage says so: a retried load is never hidden. */
export function attemptText(evidence: { readonly attempt: number } | null): string {
  return evidence === null || evidence.attempt === 1 ? '' : ` (attempt ${evidence.attempt})`;
}

/** Heads the gates that an early stop left without a verdict. */
export function unfinishedTitle(rows: readonly unknown[]): string {
  return `Not judged any more, because the load was stopped: ${plural(rows.length, 'gate')}`;
}

/** The route that decided a gate, to stand behind its stage; nothing where there is none. A route comes from outside. */
export function onRoute({ route }: { readonly route?: string | undefined }, safe: (text: string, max: number) => string): string {
  return route === undefined ? '' : ` on ${safe(route, 100)}`;
}
