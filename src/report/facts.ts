import type { GateReport, Promotion } from '../gates/report-schema';
import { plain, shortDigest } from './escape';
import { formatCount } from './numbers';
import { formatInstant } from './times';
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

/** Where the promotion stands, with its reason. */
export function promotionText({ state, reason }: Promotion): string {
  return `${PROMOTION_MARKS[state].word}. ${plain(reason)}`;
}

/** An override in one sentence; null when there is none. */
export function overrideText({ override, verdict }: GateReport): string | null {
  if (override === null) return null;
  const when = `${formatInstant(override.when)}, until ${formatInstant(override.expires)}`;
  return `In force. ${plain(override.who, 80)} set aside ${plain(override.gates.join(', '), 400)} on ${when}: ${plain(override.reason)} Incident: ${plain(override.incident, 200)}. The verdict is unchanged: ${verdict}.`;
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
    ...(promotion.from === null ? [] : [{ label: 'Production before', text: promotion.from }]),
    ...(promotion.to === null ? [] : [{ label: 'Candidate', text: promotion.to }]),
  ];
}
