import type { Verdict } from '../../src/gates/vocabulary';

/** What Tidegate says to a vector: a verdict with its reason code, or a policy that is refused before anything runs. */
export interface Answer {
  readonly verdict: Verdict | 'config-error';
  readonly reason: string;
  /** One sentence. */
  readonly detail: string;
}

export const answerText = ({ verdict, reason }: Answer): string => `${verdict}(${reason})`;

/** The words of the tables for a reason of ours. A name that is not here is no expectation that could be met. */
const REASONS_BY_NAME: Readonly<Record<string, readonly string[]>> = {
  aborted: ['aborted'],
  metric_missing: ['metric-missing'],
  no_samples: ['metric-missing', 'too-few-requests', 'too-few-datapoints'],
  no_duration: ['too-few-datapoints', 'load-not-applied'],
  no_baseline: ['baseline-missing'],
  baseline_too_short: ['baseline-too-short'],
  duplicate: ['duplicate'],
};

/**
 * Whether an answer is what a table demands of Tidegate.
 * @param demand e.g. `inconclusive`, `inconclusive(metric_missing)` or `config_error`
 */
export function meets(demand: string, { verdict, reason }: Answer): boolean {
  const [, kind, name] = /^(inconclusive|config_error)(?:\((\w+)\))?$/.exec(demand) ?? [];
  if (kind === undefined || verdict !== kind.replace('_', '-')) return false;
  return name === undefined || (REASONS_BY_NAME[name]?.includes(reason) ?? false);
}
