import type { ReasonCode } from '../gates/reasons';
import type { GateReport, GateVerdict } from '../gates/report-schema';
import type { Verdict } from '../gates/vocabulary';
import { plain, shortCommit } from './escape';
import { plural } from './words';

/** One recorded run under the policy that is tried. */
export type BacktestRow =
  | {
      readonly kind: 'run';
      readonly name: string;
      readonly commit: string;
      readonly profile: string;
      /** The verdict then; null where no report of this evidence was kept. */
      readonly recorded: Verdict | null;
      readonly verdict: Verdict;
      readonly reason: ReasonCode;
      /** Enforced gates that did not pass now, the failed ones first. */
      readonly blockedBy: readonly {
        readonly id: string;
        readonly stage: string;
        readonly verdict: Verdict;
        readonly reason: ReasonCode;
      }[];
    }
  | { readonly kind: 'unreadable'; readonly name: string; readonly problem: string };

/** @param recorded the report that lay beside the evidence, if any: one of other evidence says nothing about this run */
export function backtestRow(name: string, recorded: GateReport | null, now: GateReport): BacktestRow {
  const open = now.stages.flatMap(({ name: stage, gates }) =>
    gates.filter(isOpen).map(({ id, verdict, reason }) => ({ id, stage, verdict, reason })),
  );
  return {
    kind: 'run',
    name,
    commit: now.release.commit,
    profile: now.profile,
    recorded: recorded !== null && recorded.evidence.digest === now.evidence.digest ? recorded.verdict : null,
    verdict: now.verdict,
    reason: now.reason,
    blockedBy: open.sort((a, b) => Number(b.verdict === 'failed') - Number(a.verdict === 'failed')),
  };
}

function isOpen({ mode, verdict, reason }: GateVerdict): boolean {
  return mode === 'enforce' && verdict !== 'passed' && reason !== 'not-run';
}

/** A table for the terminal, one run a line, and how many would have been blocked. */
export function renderBacktest(rows: readonly BacktestRow[]): string {
  const runs = rows.filter((row) => row.kind === 'run');
  const lines = rows.map((row) =>
    row.kind === 'run'
      ? [plain(row.name, 60), shortCommit(row.commit), row.profile, row.recorded ?? 'not kept', row.verdict, gatesOf(row)]
      : [plain(row.name, 60), '', '', '', 'not judged', plain(row.problem, 300)],
  );
  const table = [['run', 'commit', 'profile', 'then', 'now', 'gates that block'], ...lines];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const text = table
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
  return runs.length === 0 && rows.length === 0 ? '' : `${text}\n\n${summaryOf(runs)}\n`;
}

function gatesOf({ blockedBy, reason, verdict: whole }: Extract<BacktestRow, { kind: 'run' }>): string {
  if (whole === 'passed') return '-';
  if (blockedBy.length === 0) return reason;
  return blockedBy.map(({ id, verdict }) => (verdict === 'failed' ? plain(id, 80) : `${plain(id, 80)} (?)`)).join(', ');
}

function summaryOf(runs: readonly Extract<BacktestRow, { kind: 'run' }>[]): string {
  const count = (verdict: Verdict) => runs.filter((run) => run.verdict === verdict).length;
  const turned = runs.filter(({ recorded, verdict }) => recorded !== null && recorded !== verdict);
  const changes = turned.map(({ name, recorded, verdict }) => `  ${plain(name, 60)}: ${recorded} then, ${verdict} now`);
  const whole = `${plural(runs.length, 'run')}: ${count('failed')} would fail, ${count('inconclusive')} would get no verdict, ${count('passed')} would pass.`;
  return [whole, ...(changes.length === 0 ? [] : ['Other than then:', ...changes])].join('\n');
}
