import { EXIT } from '../contract';
import type { GateReport } from '../gates/report-schema';
import type { ExitCode } from './context';

const NOT_PROMOTED = ['refused', 'rejected', 'rolled-back'];

/**
 * The exit code of a delivery. A failed verdict wins over everything; a refusal for want of a verdict is inconclusive.
 * An override in force gives 0 although the verdict stays what was measured.
 */
export function exitCodeOf(report: GateReport): ExitCode {
  if (report.verdict === 'failed' && report.override === null) return EXIT.failed;
  if (report.verdict === 'inconclusive' && report.override === null) return EXIT.inconclusive;
  if (NOT_PROMOTED.includes(report.promotion.state)) return EXIT.failed;
  return report.promotion.state === 'superseded' ? EXIT.inconclusive : EXIT.ok;
}
