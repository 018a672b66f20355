import type { Evidence } from '../../src/gates/evidence-schema';
import type { GateReport } from '../../src/gates/report-schema';

/** What a run was made of and with; null where it was not told. */
export interface Provenance {
  /** `<sha>`, with `+dirty` where the tree held changes. */
  readonly commit: string | null;
  readonly policyDigest: string | null;
  /** Of the built package: the entry with all that it imports. */
  readonly packageDigest: string | null;
  readonly nodeVersion: string | null;
  readonly k6Version: string | null;
}

export function provenanceOf(report: GateReport | null, evidence: Evidence | null, nodeVersion: string | null): Provenance {
  return {
    commit: report?.release.commit ?? null,
    policyDigest: report?.policy.digest ?? null,
    packageDigest: report?.release.packageDigest ?? null,
    nodeVersion,
    k6Version: evidence?.stages.find(({ load }) => load !== null)?.load?.k6Version ?? null,
  };
}

/** What a run must have been made of to count for today's code and policy. */
export interface Today {
  readonly policyDigest: string;
  readonly packageDigest: string;
}

/** Why a stored run is none of today's; null when it is one. */
export function outdated({ policyDigest, packageDigest }: Provenance, today: Today): string | null {
  if (policyDigest !== today.policyDigest) return 'it was made under another policy';
  if (packageDigest !== today.packageDigest) return 'the release, or what it imports, was another';
  return null;
}
