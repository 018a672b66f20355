import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPORT_FILES } from '../contract';
import { canonicalJson } from '../gates/canonical';
import type { Judged } from '../pipeline/judge-run';
import { renderComment } from '../report/comment';
import { renderHtml } from '../report/html';
import { renderSummary } from '../report/summary';

/** Where k6's own output goes. */
export const K6_DIRECTORY = 'k6';

/** Writes everything that people and tools read of a run. */
export async function writeReportFiles(directory: string, { report, evidence, baseline }: Judged): Promise<void> {
  await mkdir(directory, { recursive: true });
  // `evaluate --baseline` repeats the report with it; an earlier run's must not lie beside a report that had none.
  if (baseline === null) await rm(join(directory, REPORT_FILES.baseline), { force: true });
  const files = {
    [REPORT_FILES.report]: canonicalJson(report),
    [REPORT_FILES.evidence]: canonicalJson(evidence),
    ...(baseline === null ? {} : { [REPORT_FILES.baseline]: canonicalJson(baseline.evidence) }),
    [REPORT_FILES.comment]: renderComment(report, evidence),
    [REPORT_FILES.summary]: renderSummary(report, evidence),
    [REPORT_FILES.html]: renderHtml(report, evidence),
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(directory, name), text)));
}

/** Takes an earlier run's files away, so that nobody reads its verdict as this one's. Other files in the directory stay. */
export async function clearReportFiles(directory: string): Promise<void> {
  for (const name of [...Object.values(REPORT_FILES), K6_DIRECTORY]) await rm(join(directory, name), { recursive: true, force: true });
}
