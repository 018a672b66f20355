import { canonicalJson } from './canonical';
import type { Evidence, StageEvidence } from './evidence-schema';
import { counted, formatDuration } from './format';
import { judgeLoad } from './judges/load-validity';
import { type Measured, measured, unmeasured } from './measure/measured';
import type { Policy } from './policy/policy';
import { REASONS } from './reasons';

/** Evidence of the last release that was promoted with passing gates, and what it is called in the report. */
export interface Baseline {
  readonly evidence: Evidence;
  /** Of the evidence's canonical text. */
  readonly digest: string;
}

/** What is known of the run that is compared. */
export type Candidate = Pick<Evidence, 'target' | 'profile'> & { readonly release: Pick<Evidence['release'], 'digest'> };

/**
 * The baseline's stage that a stage may be compared with, or why there is none: it must have been measured like this one, to its
 * end and under a load that was applied. Whatever else it is, it must not become an excuse.
 */
export function baselineFor(
  stage: StageEvidence,
  candidate: Candidate,
  baseline: Baseline | null,
  policy: Policy,
): Measured<StageEvidence> {
  if (baseline === null) return missing('no release was promoted before under this profile');
  const { evidence } = baseline;
  const unfit = unfitFor(candidate, stage, evidence, policy);
  if (unfit !== null) return missing(unfit);
  const attempts = evidence.stages.filter(({ name }) => name === stage.name).sort((a, b) => a.attempt - b.attempt);
  const found = attempts.at(-1);
  if (found === undefined) return missing(`the baseline has no ${stage.name}`);
  const problem = otherThan(stage, found);
  if (problem !== null) return missing(`the baseline's ${stage.name} ${problem}`);
  const earlier = evidence.stages.filter((other) => Date.parse(other.window.start) < Date.parse(found.window.start));
  const load = judgeLoad({
    stage: found,
    policy,
    earlier: earlier.sort((a, b) => Date.parse(b.window.start) - Date.parse(a.window.start)),
  });
  if (REASONS[load.reason].verdict !== 'passed')
    return missing(`the baseline's load cannot be believed: ${load.message.replace(/\.$/, '')}`);
  return measured(found);
}

/**
 * Why a whole run cannot be the baseline of another; null when it can. Age is the time between the two, not that until today: up to
 * the end of the stage that is compared, so that a canary later or another look at the same evidence does not make it older.
 */
function unfitFor(candidate: Candidate, { window }: StageEvidence, baseline: Evidence, { baseline: rules }: Policy): string | null {
  if (baseline.release.digest === candidate.release.digest) return 'a release is not its own baseline';
  if (baseline.target !== candidate.target) return `the baseline was measured on the target ${baseline.target}`;
  if (baseline.profile !== candidate.profile) return `the baseline was measured under the profile ${baseline.profile}`;
  if (baseline.fault !== undefined) return 'the baseline is of a run that broke off';
  const age = Date.parse(window.end) - Date.parse(baseline.finishedAt);
  // By when it began: another release may have been promoted between this one's measurement and its promotion.
  if (Date.parse(window.end) < Date.parse(baseline.startedAt)) return 'the baseline was measured after this run';
  if (rules !== undefined && age > rules.maxAge)
    return `the baseline is ${formatDuration(age)} older than this run, at most ${formatDuration(rules.maxAge)} are allowed`;
  return null;
}

function otherThan(stage: StageEvidence, baseline: StageEvidence): string | null {
  if (baseline.fault !== null) return 'broke off';
  if (baseline.stopped !== undefined) return 'was stopped before its end';
  if (baseline.tier !== stage.tier) return `was measured on ${baseline.tier}`;
  if (baseline.periodSeconds !== stage.periodSeconds)
    return `has periods of ${baseline.periodSeconds} s instead of ${stage.periodSeconds} s`;
  if (baseline.identity.nodes.length !== stage.identity.nodes.length)
    return `had ${counted(baseline.identity.nodes.length, 'cache node')} instead of ${stage.identity.nodes.length}`;
  if (baseline.identity.reservedConcurrency !== stage.identity.reservedConcurrency)
    return `had a reserved concurrency of ${baseline.identity.reservedConcurrency ?? 'none'} instead of ${stage.identity.reservedConcurrency ?? 'none'}`;
  return canonicalJson(baseline.plan) === canonicalJson(stage.plan) ? null : 'had another load';
}

function missing(detail: string) {
  return unmeasured('baseline-missing', detail);
}
