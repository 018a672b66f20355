import { REASONS, type ReasonCode } from '../gates/reasons';
import type { Verdict } from '../gates/vocabulary';
import { type Rate, rateOf } from './rate';
import type { Steps } from './steps';

/** The first trials are the same however many follow: whoever counts them again must find these numbers. */
const FIRST = 200;
/** Trials between two pauses. */
const BETWEEN = 100;

type Counts = Readonly<Partial<Record<ReasonCode, number>>>;

/** How often each reason was given. */
export interface Tally {
  readonly n: number;
  readonly all: Counts;
  /** Among the first 200 trials. */
  readonly first: Counts;
}

/** Judges one after the other, with pauses, because each takes its time. */
export function* tally<T>(items: Iterable<T>, reasonOf: (item: T) => ReasonCode): Steps<Tally> {
  const reasons: ReasonCode[] = [];
  for (const item of items) {
    reasons.push(reasonOf(item));
    if (reasons.length % BETWEEN === 0) yield null;
  }
  return { n: reasons.length, all: countsOf(reasons), first: countsOf(reasons.slice(0, FIRST)) };
}

/** The share that came to this verdict. */
export function shareOf({ n, all }: Tally, verdict: Verdict): Rate {
  const reasons = Object.entries(REASONS).filter(([reason, row]) => row.verdict === verdict && reason in all);
  return rateOf(
    reasons.reduce((sum, [reason]) => sum + (all[reason as ReasonCode] ?? 0), 0),
    n,
  );
}

function countsOf(reasons: readonly ReasonCode[]): Counts {
  const counts: Partial<Record<ReasonCode, number>> = {};
  for (const reason of reasons.toSorted()) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
