import type { GateReport } from '../gates/report-schema';
import { appendOutputs } from '../github/job-files';

type Environment = Readonly<Record<string, string | undefined>>;
type Outputs = Readonly<Record<string, string>>;

/**
 * What later jobs read of a gate report. `result` is one line of versioned JSON.
 * @param directory where the report is, as a person would name it; null when none was written
 */
export function outputsOf(report: GateReport, directory: string | null): Outputs {
  const { target, profile, verdict, reason, release, evidence, promotion, stages } = report;
  const { digest, packageDigest, commit } = release;
  const gates = stages.flatMap((stage) => stage.gates.map((gate) => ({ ...pick(gate), stage: stage.name })));
  const result = {
    schemaVersion: 1,
    target,
    profile,
    verdict,
    reason,
    digest,
    packageDigest,
    commit,
    promotion: { state: promotion.state, reason: promotion.reason },
    gates,
  };
  return {
    verdict,
    'reason-code': reason,
    ...(directory === null ? {} : { 'report-path': directory }),
    result: JSON.stringify(result),
    digest,
    'package-digest': packageDigest,
    'evidence-digest': evidence.digest,
    'promotion-state': promotion.state,
  };
}

function pick({ id, mode, verdict, reason }: GateReport['stages'][number]['gates'][number]) {
  return { id, mode, verdict, reason };
}

/** The outcome of a command that judges nothing. */
export interface Outcome {
  readonly outcome: string;
  readonly [field: string]: string | readonly string[] | null;
}

/** The same for a command without a gate report: its own outcome, and the digests that it names. */
export function outcomeOutputs(outcome: Outcome): Outputs {
  const text = (field: string, name: string): Outputs => {
    const value = outcome[field];
    return typeof value === 'string' ? { [name]: value } : {};
  };
  return {
    ...text('code', 'reason-code'),
    ...text('digest', 'digest'),
    ...text('packageDigest', 'package-digest'),
    result: JSON.stringify({ schemaVersion: 1, ...outcome }),
  };
}

/** Does nothing outside of a step of GitHub Actions. */
export function writeReportOutputs(report: GateReport, directory: string | null, environment: Environment = process.env): void {
  write(outputsOf(report, directory), environment);
}

/**
 * Which commits a promotion is about, written before anything moves: one that breaks off has no report, and whoever tells of it must know.
 * @param production what production runs before; null when nothing is on record. Does nothing outside of a step of GitHub Actions
 */
export function writeCommitOutputs(commit: string, production: string | null, environment: Environment = process.env): void {
  const names = { commit, 'production-commit': production ?? '' };
  // A release may come from no commit, or from one and something else: then there is nothing to be named.
  write(Object.fromEntries(Object.entries(names).filter(([, name]) => /^[0-9a-f]{40}$/.test(name))), environment);
}

/** Does nothing outside of a step of GitHub Actions. */
export function writeOutcomeOutputs(outcome: Outcome, environment: Environment = process.env): void {
  write(outcomeOutputs(outcome), environment);
}

function write(outputs: Outputs, environment: Environment): void {
  const path = environment['GITHUB_OUTPUT'];
  if (path !== undefined && path !== '') appendOutputs(path, outputs);
}
