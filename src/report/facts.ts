import type { GateReport, Promotion } from '../gates/report-schema';
import { plain, shortDigest } from './escape';
import { formatCount } from './numbers';
import { reasonCodeOf } from './promotion-steps';
import { formatMinute } from './times';
import { PROMOTION_MARKS, plural } from './words';

/** A label and what it says; raw text. */
export interface Fact {
  readonly label: string;
  readonly text: string;
}

/** How large the run was, what AWS would run, and the projection between them; null when nothing was measured. */
export function scaleFacts({ scale, target }: GateReport): readonly Fact[] | null {
  if (scale === null) return null;
  const started = scale.environmentsStarted === null ? '' : `, ${formatCount(scale.environmentsStarted)} started in all`;
  const limit = formatCount(scale.cacheMaxConnectionsPerNode);
  return [
    {
      label: target === 'twin' ? 'Run here' : 'Run on AWS staging',
      text: `${plural(scale.environmentsPeak, 'environment')} at peak${started}, ${formatCount(scale.requests)} requests, ${formatCount(scale.connectionsPeak)} Redis connections at peak`,
    },
    {
      label: 'Production on AWS',
      text: `up to ${formatCount(scale.productionPeakConcurrency)} environments, ${limit} connections per cache node`,
    },
    { label: 'Projection', text: projection(scale) },
  ];
}

function projection(scale: NonNullable<GateReport['scale']>): string {
  if (scale.projectedConnections === null) return 'none: connections were not measured';
  const share = (scale.projectedConnections / scale.cacheMaxConnectionsPerNode) * 100;
  const shown = share < 10 ? share.toFixed(1) : Math.round(share).toString();
  return `${formatCount(Math.round(scale.projectedConnections))} connections on the fullest node at that peak, old and new release overlapping (${shown} % of its limit)`;
}

/** Where the promotion stands, with its reason; a code that it begins with stands beside the state. */
export function promotionText({ state, reason }: Promotion): string {
  const code = reasonCodeOf(reason);
  const sentence = code === null ? reason : reason.slice(code.length).replace(/^:\s*/, '');
  return `${PROMOTION_MARKS[state].word}${code === null ? '' : ` (${code})`}. ${plain(sentence)}`.trimEnd();
}

/** Gates of an override that are named: one that sets more aside is no exception any more. */
const MOST_GATES = 20;

/** What a person set aside, in parts: who, which gates, until when, why, and where it is being dealt with. Raw text. */
export interface OverrideFacts {
  readonly until: string;
  /** With when. */
  readonly who: string;
  readonly gates: readonly string[];
  readonly reason: string;
  readonly incident: string;
  readonly verdict: string;
}

/** An override in parts; null when there is none. */
export function overrideFacts({ override, verdict }: GateReport): OverrideFacts | null {
  if (override === null) return null;
  return {
    until: formatMinute(override.expires),
    who: `${plain(override.who, 80)}, ${formatMinute(override.when)}`,
    gates: override.gates.slice(0, MOST_GATES),
    reason: plain(override.reason),
    incident: plain(override.incident, 200),
    verdict,
  };
}

/** An override in one sentence; null when there is none. */
export function overrideText(report: GateReport): string | null {
  const facts = overrideFacts(report);
  if (facts === null) return null;
  const { until, who, gates, reason, incident, verdict } = facts;
  return `In force until ${until}. Set by ${who}: sets aside ${plain(gates.join(', '), 400)}. ${reason} Incident: ${incident}. The verdict is unchanged: ${verdict}.`;
}

/** What was judged, as a reader recognises it: on AWS an assembly and the package in it. */
export function releaseName({ digest, packageDigest, assemblyDigest }: GateReport['release'], code: (text: string) => string): string {
  return assemblyDigest === null ? code(shortDigest(digest)) : `${code(shortDigest(digest))} (package ${code(shortDigest(packageDigest))})`;
}

/** Everything that says which bytes were judged, by which rules. */
export function digestFacts(report: GateReport): readonly Fact[] {
  const { release, promotion } = report;
  return [
    { label: 'Release', text: release.digest },
    { label: 'Package', text: release.packageDigest },
    { label: 'Assembly', text: release.assemblyDigest ?? 'none (the twin deploys the package itself)' },
    { label: 'Commit', text: release.commit },
    { label: 'Entry', text: release.entry },
    { label: 'Policy', text: report.policy.digest },
    { label: 'Evidence', text: report.evidence.digest },
    { label: 'Baseline', text: report.baseline?.digest ?? 'none' },
    ...(report.baseline === null ? [] : [{ label: 'Baseline release', text: report.baseline.release.digest }]),
    ...(promotion.from === null ? [] : [{ label: 'Production before', text: promotion.from }]),
    ...(promotion.to === null ? [] : [{ label: 'Candidate', text: promotion.to }]),
  ];
}
