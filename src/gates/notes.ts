import type { StageEvidence } from './evidence-schema';
import { clientTotals, routesOf } from './measure/client';
import type { Policy } from './policy/policy';
import type { StageReport } from './report-schema';
import { STAGES } from './vocabulary';

/** The control route fails with the others when it fails at least so often relative to them. */
const TOGETHER = 0.5;

/** Where a reader should look first, and what the verdict does not count. */
export function notesOf(reports: readonly StageReport[], evidence: ReadonlyMap<StageReport, StageEvidence>, policy: Policy): string[] {
  return [
    ...reports.flatMap((report) => {
      const stage = evidence.get(report);
      return [...(stage === undefined ? [] : [...pathNote(report, stage, policy), ...thresholdNote(stage)]), ...observedNotes(report)];
    }),
    ...disabledNotes(policy, reports),
  ];
}

/** Redis or the platform: the control route does not touch Redis, so it tells one from the other. */
function pathNote(report: StageReport, stage: StageEvidence, policy: Policy): string[] {
  const control = policy.control?.route;
  const troubled = report.gates.some((gate) => gate.judge === 'limit' && gate.verdict === 'failed');
  if (control === undefined || !troubled) return [];
  const own = badShare(stage, [control]);
  const others = badShare(
    stage,
    routesOf(stage).filter((route) => route !== control),
  );
  if (own === null || others === null || others === 0) return [];
  return own >= TOGETHER * others
    ? [`Host or platform: in ${report.name} ${control}, which does not touch Redis, failed like the other routes. Look there first.`]
    : [`Redis path: in ${report.name} routes that use Redis failed and ${control}, which does not, held.`];
}

/** Share of requests without a valid answer or with wrong content; null when none was sent. */
function badShare(stage: StageEvidence, routes: readonly string[]): number | null {
  let requests = 0;
  let bad = 0;
  for (const route of routes) {
    const totals = clientTotals(stage, route);
    if (!totals.ok) continue;
    requests += totals.value.requests;
    bad += Math.max(totals.value.failed, totals.value.checksFailed);
  }
  return requests === 0 ? null : bad / requests;
}

function thresholdNote({ name, load }: StageEvidence): string[] {
  const crossed = load?.thresholdsFailed ?? [];
  return crossed.length === 0 ? [] : [`k6 reports crossed thresholds in ${name} (not counted in the verdict): ${crossed.join(', ')}.`];
}

function observedNotes({ name, gates }: StageReport): string[] {
  return gates
    .filter(({ mode, verdict }) => mode === 'observe' && verdict !== 'passed')
    .map(
      ({ id, verdict, message }) =>
        `Only observed, not counted in the verdict: ${id} in ${name} ${verdict === 'failed' ? 'failed' : 'reached no verdict'}. ${message}`,
    );
}

function disabledNotes(policy: Policy, reports: readonly StageReport[]): string[] {
  return STAGES.filter((stage) => reports.some(({ name }) => name === stage)).flatMap((stage) =>
    (policy.stages[stage]?.gates ?? []).flatMap((gate) =>
      gate.disabled === undefined ? [] : [`The gate ${gate.id} of ${stage} is disabled: ${gate.disabled}`],
    ),
  );
}
