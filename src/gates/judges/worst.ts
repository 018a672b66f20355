import { REASONS } from '../reasons';
import type { Judgement } from './judgement';

const ORDER = ['failed', 'inconclusive', 'passed'];

/** 0 for failed, then inconclusive, then passed. */
export function verdictRank({ reason }: Pick<Judgement, 'reason'>): number {
  return ORDER.indexOf(REASONS[reason].verdict);
}

/** The judgement that decides among several of one gate: by verdict, then the highest value. At least one. */
export function worstOf(judgements: readonly Judgement[]): Judgement {
  return judgements.toSorted((a, b) => verdictRank(a) - verdictRank(b) || (b.value ?? -1) - (a.value ?? -1))[0] as Judgement;
}
