import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { REPORT_FILES } from '../contract';
import { type Evidence, evidenceSchema } from '../gates/evidence-schema';
import { type GateReport, gateReportSchema } from '../gates/report-schema';

/** A recorded run as it was found. */
export type RecordedRun =
  | {
      readonly kind: 'run';
      /** Its path below the folder. */
      readonly name: string;
      readonly evidence: Evidence;
      /** What it was judged against beside its policy; null without one. */
      readonly baseline: Evidence | null;
      /** The report that was made of it then; null when none lies beside it or it is of other evidence. */
      readonly recorded: GateReport | null;
    }
  | { readonly kind: 'unreadable'; readonly name: string; readonly problem: string };

/** Deep enough for a folder of folders of runs; what is below is somebody's archive. */
const DEPTH = 6;

/**
 * Every recorded run below a folder: each `evidence.json`, and each other JSON file of the folder itself that is evidence.
 * In the order of the names. A file that is called evidence and is none is reported, never left out.
 */
export async function recordedRuns(folder: string): Promise<readonly RecordedRun[]> {
  const files = (await jsonFiles(folder, DEPTH)).sort();
  const runs = await Promise.all(files.map((file) => readRun(folder, file)));
  return runs.filter((run) => run !== null);
}

async function jsonFiles(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return depth > 1 ? jsonFiles(path, depth - 1) : [];
      return entry.isFile() && entry.name.endsWith('.json') ? [path] : [];
    }),
  );
  return found.flat();
}

async function readRun(folder: string, file: string): Promise<RecordedRun | null> {
  const named = basename(file) === REPORT_FILES.evidence;
  const name = relative(folder, named ? dirname(file) : file) || '.';
  const read = evidenceSchema.safeParse(await parsed(file));
  // Beside the evidence of a run lie its report, its baseline and what k6 wrote.
  if (!read.success) return named ? { kind: 'unreadable', name, problem: problemOf(read.error.issues) } : null;
  if (!named && (basename(file) === REPORT_FILES.baseline || dirname(file) !== folder)) return null;
  const beside = (other: string) => (named ? parsed(join(dirname(file), other)) : Promise.resolve(undefined));
  const baseline = evidenceSchema.safeParse(await beside(REPORT_FILES.baseline));
  const report = gateReportSchema.safeParse(await beside(REPORT_FILES.report));
  return {
    kind: 'run',
    name,
    evidence: read.data,
    baseline: baseline.success ? baseline.data : null,
    recorded: report.success ? report.data : null,
  };
}

/** What a file holds as JSON; undefined when it cannot be read as such. */
async function parsed(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function problemOf(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const [first] = issues;
  const where = first?.path.join('.') || 'the file';
  return `not evidence of this version: ${where}: ${first?.message ?? 'unreadable'}`;
}
