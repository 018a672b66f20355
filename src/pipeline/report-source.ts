import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { REPORT_FILES } from '../contract';
import { canonicalJson, digestOf } from '../gates/canonical';
import { type Evidence, evidenceSchema } from '../gates/evidence-schema';
import { type GateReport, gateReportSchema } from '../gates/report-schema';
import type { Origin } from '../report/delivery';
import { MIB, problem, type Read, readBounded } from './bounded-file';

/** A report of a thousand gates has about 1 MiB; evidence of a night's soak about 10. */
const MOST_BYTES = { report: 5 * MIB, evidence: 50 * MIB } as const;

export type ReportSource =
  | { readonly kind: 'report'; readonly report: GateReport; readonly evidence: Evidence | null; readonly doubts: readonly string[] }
  | { readonly kind: 'missing'; readonly why: string };

/**
 * Reads a report directory that somebody else wrote, perhaps code that nobody has reviewed: data of bounded size in the strict
 * shape of this version, no links, nothing else that is found beside it. What does not fit is told, never thrown.
 * @param commit what the report must be about; null to take its word for it
 */
export async function readReport(directory: string, origin: Origin, commit: string | null): Promise<ReportSource> {
  const found = await lstat(directory).catch(() => null);
  if (found === null) return missing('No report was handed over: its directory is not there.');
  if (!found.isDirectory()) return missing('No report was read: what was handed over is no directory.');
  const read = await readStrictly(join(directory, REPORT_FILES.report), gateReportSchema, MOST_BYTES.report);
  if (!read.ok) return missing(`No report was read: ${REPORT_FILES.report} ${read.problem}.`);
  const evidence = await readStrictly(join(directory, REPORT_FILES.evidence), evidenceSchema, MOST_BYTES.evidence);
  const doubts = [...evidenceDoubts(read.value, evidence), ...verdictDoubts(read.value), ...commitDoubts(read.value, origin, commit)];
  const sound = evidence.ok && isOf(read.value, evidence.value) ? evidence.value : null;
  return { kind: 'report', report: believed(read.value, origin), evidence: sound, doubts };
}

/** A pull request's own code may say anything of itself. What only a delivery can know is not taken from it. */
function believed(report: GateReport, origin: Origin): GateReport {
  if (origin === 'delivery') return report;
  return { ...report, override: null, promotion: { state: 'not-asked', from: null, to: null, reason: 'a pull request promotes nothing' } };
}

function evidenceDoubts(report: GateReport, evidence: Read<Evidence>): readonly string[] {
  if (!evidence.ok) return [`Shown without shapes and charts: ${REPORT_FILES.evidence} ${evidence.problem}.`];
  return isOf(report, evidence.value)
    ? []
    : [`Shown without shapes and charts: ${REPORT_FILES.evidence} is not the evidence that this report was drawn from.`];
}

function isOf(report: GateReport, evidence: Evidence): boolean {
  return digestOf(canonicalJson(evidence)) === report.evidence.digest;
}

/** Whoever wrote the file by hand may have forgotten half of it: a pass needs stages, and each of them and of their gates. */
function verdictDoubts({ verdict, stages }: GateReport): readonly string[] {
  const open = stages.flatMap(({ name, verdict: said, gates }) => [
    ...(said === 'passed' ? [] : [name]),
    ...gates.filter((gate) => gate.mode === 'enforce' && gate.verdict !== 'passed').map(({ id }) => id),
  ]);
  if (verdict !== 'passed') return [];
  if (!stages.some(({ gates }) => gates.length > 0)) return ['This report says passed, and no gate in it was judged.'];
  return open.length === 0 ? [] : [`This report says passed, and ${open.slice(0, 5).join(', ')} in it did not.`];
}

/** A pull request is built from its merge with the base, which has a commit of its own. */
function commitDoubts({ release }: GateReport, origin: Origin, commit: string | null): readonly string[] {
  if (origin !== 'delivery' || commit === null || release.commit.replace(/\+dirty$/, '') === commit) return [];
  return [`This report is about commit ${release.commit}, and this run about ${commit}.`];
}

async function readStrictly<T>(path: string, schema: z.ZodType<T>, most: number): Promise<Read<T>> {
  const text = await readBounded(path, most);
  if (!text.ok) return text;
  let value: unknown;
  try {
    value = JSON.parse(text.value);
  } catch {
    return problem('is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  return problem(`is not of this version (${issue?.path.join('.') || 'top'}: ${issue?.message ?? 'unreadable'})`);
}

function missing(why: string): ReportSource {
  return { kind: 'missing', why };
}
