import { EXIT } from '../contract';
import type { GateReport } from '../gates/report-schema';
import { decide, type Rule } from '../gates/sequence';
import type { ExitCode } from './context';

const NOT_PROMOTED = ['refused', 'rejected', 'rolled-back'];

type Facts = Pick<GateReport, 'verdict' | 'override' | 'promotion'>;

/** A failed verdict wins over everything; with an override in force the verdict stays what was measured and decides nothing. */
const EXIT_RULES: readonly Rule<Facts, ExitCode>[] = [
  { when: ({ verdict, override }) => verdict === 'failed' && override === null, gives: () => EXIT.failed },
  { when: ({ verdict, override }) => verdict === 'inconclusive' && override === null, gives: () => EXIT.inconclusive },
  { when: ({ promotion }) => NOT_PROMOTED.includes(promotion.state), gives: () => EXIT.failed },
  { when: ({ promotion }) => promotion.state === 'superseded', gives: () => EXIT.inconclusive },
  { when: () => true, gives: () => EXIT.ok },
];

/** The exit code of a delivery. */
export function exitCodeOf(report: Facts): ExitCode {
  return decide(EXIT_RULES, report);
}
